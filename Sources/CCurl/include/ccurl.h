// One thing of libcurl: fetch a document over HTTP, reached at run time.
//
// The library is opened when something is fetched, not when the program starts, and brings TLS and the system's certificates along.
// `curl_easy_setopt` takes a variable list of arguments, which Swift cannot call, so the options are set here. The numbers of options
// are part of libcurl's binary interface (https://curl.se/libcurl/c/curl_easy_setopt.html) and stable since version 7.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Keeps connections open from one request to the next. Used by one thread at a time.
typedef struct ccurl_client ccurl_client;

typedef struct {
  const char *address;
  // "Name: value", a null pointer last; null: none.
  const char *const *headers;
  const char *user_agent;
  // Also ask again where redirected; only by https where the address is one.
  long redirects;
  // Seconds until there is a connection, and until all is there.
  long connect_seconds;
  long total_seconds;
  // Give up after so many seconds with fewer than 10 bytes each.
  long silent_seconds;
  // Each line of each header, without its line end. After a redirect the next header starts with its `HTTP/` line.
  void (*header)(void *context, const char *line, uint64_t count);
  // A piece of the body, unpacked; anything but 1 ends the transfer.
  int (*body)(void *context, const void *bytes, uint64_t count);
  // Asked about once a second; 1 ends the transfer.
  int (*cancelled)(void *context);
  void *context;
} ccurl_request;

typedef struct {
  // libcurl's code: 0 when an answer of any status came.
  int code;
  long status;
  char message[256];
  char final_address[4096];
} ccurl_answer;

// Null when the library cannot be loaded; `ccurl_fault` tells why not. Safe from any thread.
ccurl_client *ccurl_open(void);
const char *ccurl_fault(void);
void ccurl_fetch(ccurl_client *client, const ccurl_request *request, ccurl_answer *answer);
void ccurl_close(ccurl_client *client);

#ifdef __cplusplus
}
#endif
