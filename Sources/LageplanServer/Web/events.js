// Server-sent events (WHATWG HTML, section 9.2) off the body of an answer, as far as this server uses them.

/** Calls `each` with the name and the data of every event until the body ends; comments, which only keep the line open, are passed over. */
export const readEvents = async (body, each) => {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const of = (field) => lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2)).join("\n");
      const data = of("data");
      if (data) each(of("event") || "message", JSON.parse(data));
    }
  }
};
