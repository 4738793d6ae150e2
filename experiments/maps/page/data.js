'use strict';
// What the file holds: gzip in base64. encode.go writes it, and says what the planes are.

async function unpack(id) {
  const element = document.getElementById(id), text = element.textContent;
  let bytes;
  if (Uint8Array.fromBase64) {
    bytes = Uint8Array.fromBase64(text);
  } else {
    const raw = atob(text);
    bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  }
  element.remove();
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// readData gives the head, and in it the numbers: of each view at (interleaved coordinates), of each column its levels, and
// group, the class of each row.
async function readData() {
  const bytes = await unpack('points'), size = new DataView(bytes.buffer).getUint32(0, true);
  const data = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  const n = data.n;
  let next = 4 + size;
  const plane = () => bytes.subarray(next, next += n);
  const numbers = (to, step, start, bits) => {
    const low = plane();
    if (bits === 8) {
      for (let i = 0, at = start; i < n; i++, at += step) to[at] = low[i];
    } else {
      const high = plane();
      for (let i = 0, at = start; i < n; i++, at += step) to[at] = low[i] | high[i] << 8;
    }
    return to;
  };
  for (const view of data.views) {
    view.step = view.dim === 3 ? 4 : 2; // attributes begin at multiples of four bytes
    view.at = new Uint16Array(view.step * n);
    for (let c = 0; c < view.dim; c++) numbers(view.at, view.step, c, 16);
  }
  data.group = new Uint16Array(n);
  if (data.classes.length) numbers(data.group, 1, 0, data.classes.length > 256 ? 16 : 8);
  for (const column of data.columns) column.levels = numbers(new Uint16Array(n), 1, 0, column.bits);
  data.mark = new Uint8Array(n); // 1: selected
  data.marked = 0;
  data.shown = new Uint8Array(Math.max(1, data.classes.length)).fill(1);
  return data;
}

// valueOf is what a column says of a row; undefined: nothing.
function valueOf(column, i) {
  const missing = 2 ** column.bits - 1, level = column.levels[i];
  if (level === missing) return undefined;
  return column.min + (column.max - column.min) * (level / (missing - 1));
}

