// What is where: the nearest point to a place, the points within a polygon, the rows that a word names.

// gridOf sorts the points of a view into squares.
function gridOf(view, n) {
  const places = flat(view, n);
  if (view.grid) return view.grid;
  const count = Math.max(8, Math.min(1024, Math.round(Math.sqrt(n / 2))));
  const square = i => cell(places[2 * i + 1], count) * count + cell(places[2 * i], count);
  const start = new Uint32Array(count * count + 1), points = new Uint32Array(n);
  for (let i = 0; i < n; i++) start[square(i) + 1]++;
  for (let i = 0; i < count * count; i++) start[i + 1] += start[i];
  const next = start.slice();
  for (let i = 0; i < n; i++) points[next[square(i)]++] = i;
  return view.grid = {count, start, points};
}

function cell(v, count) { return Math.max(0, Math.min(count - 1, Math.floor(v * count))); }

// pick is the nearest shown point within so many pixels; -1: none.
function pick(data, view, px, py, within) {
  const {count, start, points} = gridOf(view, data.n), places = view.flat;
  const [x, y] = fromScreen(view, px, py), reach = within / side(view);
  let best = reach * reach, found = -1;
  for (let r = cell(y - reach, count); r <= cell(y + reach, count); r++) {
    const from = start[r * count + cell(x - reach, count)], to = start[r * count + cell(x + reach, count) + 1];
    for (let k = from; k < to; k++) {
      const i = points[k], dx = places[2 * i] - x, dy = places[2 * i + 1] - y, d = dx * dx + dy * dy;
      if (d < best && data.shown[data.group[i]]) [best, found] = [d, i];
    }
  }
  return found;
}

// within gives the shown points inside a polygon of the screen, by the crossings of a ray.
function within(data, view, polygon) {
  const places = flat(view, data.n), corners = polygon.map(([px, py]) => fromScreen(view, px, py)), rows = [];
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of corners) {
    [left, right, low, high] = [Math.min(left, x), Math.max(right, x), Math.min(low, y), Math.max(high, y)];
  }
  for (let i = 0; i < data.n; i++) {
    const x = places[2 * i], y = places[2 * i + 1];
    if (x < left || x > right || y < low || y > high || !data.shown[data.group[i]]) continue;
    let inside = false;
    for (let a = 0, b = corners.length - 1; a < corners.length; b = a++) {
      const [ax, ay] = corners[a], [bx, by] = corners[b];
      if (ay > y !== by > y && x < (bx - ax) * (y - ay) / (by - ay) + ax) inside = !inside;
    }
    if (inside) rows.push(i);
  }
  return rows;
}

// matching gives the rows of a number, of a name or of a class with the word in it.
function matching(data, word) {
  const w = word.trim().toLowerCase(), rows = [];
  if (!w) return rows;
  const classes = data.classes.map(c => c.name.toLowerCase().includes(w)), number = /^\d+$/.test(w) ? Number(w) : -1;
  for (let i = 0; i < data.n; i++) {
    if (i === number || classes[data.group[i]] || data.names && data.names[i].toLowerCase().includes(w)) rows.push(i);
  }
  return rows;
}
