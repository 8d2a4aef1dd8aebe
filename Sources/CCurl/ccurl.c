#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The names of libcurl, with its numbers.
enum {
  option_write_data = 10001,
  option_url = 10002,
  option_error_buffer = 10010,
  option_user_agent = 10018,
  option_headers = 10023,
  option_header_data = 10029,
  option_progress_data = 10057,
  option_accept_encoding = 10102,
  option_timeout = 13,
  option_low_speed_limit = 19,
  option_low_speed_time = 20,
  option_no_progress = 43,
  option_follow = 52,
  option_redirects = 68,
  option_connect_timeout = 78,
  option_no_signal = 99,
  option_protocols = 181,
  option_redirect_protocols = 182,
  option_write_function = 20011,
  option_header_function = 20079,
  option_progress_function = 20219,
  info_status = 0x200002,
  info_final_address = 0x100001,
  protocol_http = 1,
  protocol_https = 2,
  global_all = 3,
};

struct ccurl_client {
  void *easy;
};

static struct {
  int (*global_init)(long);
  void *(*easy_init)(void);
  void (*easy_reset)(void *);
  int (*easy_setopt)(void *, int, ...);
  int (*easy_perform)(void *);
  int (*easy_getinfo)(void *, int, ...);
  void (*easy_cleanup)(void *);
  const char *(*easy_strerror)(int);
  void *(*list_append)(void *, const char *);
  void (*list_free)(void *);
} curl;

static char fault[256];
static int loaded = 0;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void *library = NULL;

static void *find(const char *name) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL && fault[0] == 0) snprintf(fault, sizeof fault, "the libcurl found here lacks %s", name);
  return symbol;
}

static void load(void) {
  // The one that GDAL of Debian brings along first, so that one copy serves both.
  static const char *const names[] = {"libcurl-gnutls.so.4", "libcurl.so.4", "libcurl.so"};
  for (unsigned int index = 0; index < sizeof names / sizeof *names && library == NULL; index++) {
    library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
  }
  if (library == NULL) {
    snprintf(fault, sizeof fault, "neither libcurl-gnutls.so.4 nor libcurl.so.4 can be loaded");
    return;
  }
  curl.global_init = (__typeof__(curl.global_init))find("curl_global_init");
  curl.easy_init = (__typeof__(curl.easy_init))find("curl_easy_init");
  curl.easy_reset = (__typeof__(curl.easy_reset))find("curl_easy_reset");
  curl.easy_setopt = (__typeof__(curl.easy_setopt))find("curl_easy_setopt");
  curl.easy_perform = (__typeof__(curl.easy_perform))find("curl_easy_perform");
  curl.easy_getinfo = (__typeof__(curl.easy_getinfo))find("curl_easy_getinfo");
  curl.easy_cleanup = (__typeof__(curl.easy_cleanup))find("curl_easy_cleanup");
  curl.easy_strerror = (__typeof__(curl.easy_strerror))find("curl_easy_strerror");
  curl.list_append = (__typeof__(curl.list_append))find("curl_slist_append");
  curl.list_free = (__typeof__(curl.list_free))find("curl_slist_free_all");
  if (fault[0] != 0) return;
  if (curl.global_init(global_all) != 0) {
    snprintf(fault, sizeof fault, "libcurl cannot be started");
    return;
  }
  loaded = 1;
}

ccurl_client *ccurl_open(void) {
  pthread_once(&once, load);
  if (!loaded) return NULL;
  ccurl_client *client = malloc(sizeof *client);
  if (client == NULL) return NULL;
  client->easy = curl.easy_init();
  if (client->easy != NULL) return client;
  free(client);
  return NULL;
}

const char *ccurl_fault(void) {
  pthread_once(&once, load);
  return fault[0] != 0 ? fault : "no memory";
}

void ccurl_close(ccurl_client *client) {
  if (client == NULL) return;
  curl.easy_cleanup(client->easy);
  free(client);
}

static size_t on_header(char *bytes, size_t size, size_t items, void *data) {
  const ccurl_request *request = data;
  size_t count = size * items;
  while (count > 0 && (bytes[count - 1] == '\n' || bytes[count - 1] == '\r')) count -= 1;
  request->header(request->context, bytes, count);
  return size * items;
}

static size_t on_body(char *bytes, size_t size, size_t items, void *data) {
  const ccurl_request *request = data;
  size_t count = size * items;
  return request->body(request->context, bytes, count) == 1 ? count : 0;
}

static int on_progress(void *data, int64_t total, int64_t now, int64_t upload_total, int64_t upload_now) {
  const ccurl_request *request = data;
  (void)total, (void)now, (void)upload_total, (void)upload_now;
  return request->cancelled(request->context);
}

void ccurl_fetch(ccurl_client *client, const ccurl_request *request, ccurl_answer *answer) {
  memset(answer, 0, sizeof *answer);
  void *easy = client->easy;
  char message[256] = "";
  void *headers = NULL;
  for (const char *const *line = request->headers; line != NULL && *line != NULL; line++) {
    headers = curl.list_append(headers, *line);
  }
  int is_secure = strncmp(request->address, "https:", 6) == 0;

  // Forgets the options of the request before, but not the connections.
  curl.easy_reset(easy);
  curl.easy_setopt(easy, option_url, request->address);
  curl.easy_setopt(easy, option_error_buffer, message);
  curl.easy_setopt(easy, option_user_agent, request->user_agent);
  curl.easy_setopt(easy, option_headers, headers);
  curl.easy_setopt(easy, option_accept_encoding, "");
  curl.easy_setopt(easy, option_no_signal, 1L);
  curl.easy_setopt(easy, option_protocols, (long)(protocol_http | protocol_https));
  curl.easy_setopt(easy, option_redirect_protocols, (long)(is_secure ? protocol_https : protocol_http | protocol_https));
  curl.easy_setopt(easy, option_follow, request->redirects > 0 ? 1L : 0L);
  curl.easy_setopt(easy, option_redirects, request->redirects);
  curl.easy_setopt(easy, option_connect_timeout, request->connect_seconds);
  curl.easy_setopt(easy, option_timeout, request->total_seconds);
  curl.easy_setopt(easy, option_low_speed_limit, 10L);
  curl.easy_setopt(easy, option_low_speed_time, request->silent_seconds);
  curl.easy_setopt(easy, option_header_function, on_header);
  curl.easy_setopt(easy, option_header_data, request);
  curl.easy_setopt(easy, option_write_function, on_body);
  curl.easy_setopt(easy, option_write_data, request);
  curl.easy_setopt(easy, option_no_progress, 0L);
  curl.easy_setopt(easy, option_progress_function, on_progress);
  curl.easy_setopt(easy, option_progress_data, request);

  answer->code = curl.easy_perform(easy);
  if (answer->code != 0) {
    const char *reason = message[0] != 0 ? message : curl.easy_strerror(answer->code);
    snprintf(answer->message, sizeof answer->message, "%s", reason);
  }
  curl.easy_getinfo(easy, info_status, &answer->status);
  char *final_address = NULL;
  curl.easy_getinfo(easy, info_final_address, &final_address);
  if (final_address != NULL) snprintf(answer->final_address, sizeof answer->final_address, "%s", final_address);
  // The error buffer ends with this function; the handle must not know it any longer.
  curl.easy_setopt(easy, option_error_buffer, (char *)NULL);
  if (headers != NULL) curl.list_free(headers);
}
