'use strict';
// The page of fits under way. server.go sends the events, fit.go says what is in them.

const byId = id => document.getElementById(id);
const fits = new Map(), lines = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9'];
let shown = -1, chosen = false, playing = 0, asked = 0;
const mostFrames = 300;

function element(tag, text, more) { return Object.assign(document.createElement(tag), {textContent: text ?? ''}, more); }

function numbers(text) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return new Uint16Array(bytes.buffer);
}

const hear = {
  begin(f) {
    const item = element('li', f.title), note = element('small');
    item.append(note);
    item.style.borderColor = lines[f.id % lines.length];
    item.onclick = () => { chosen = true; show(f.id); };
    byId('fits').append(item);
    fits.set(f.id, {...f, item, note, loss: [], gradient: [], seconds: [], plain: [], frames: [], classes: null, state: ''});
    if (!chosen) show(f.id);
  },
  steps(news) {
    const f = fits.get(news.id);
    for (const name of ['loss', 'gradient', 'seconds', 'plain']) f[name].push(...news[name]);
    describe(f);
  },
  frame(news) {
    const f = fits.get(news.id), time = byId('time'), last = Number(time.value) >= f.frames.length - 1;
    if (news.classes) f.classes = numbers(news.classes);
    f.frames.push({step: news.step, points: numbers(news.points), box: news.box, of: news.of});
    if (f.frames.length > mostFrames) f.frames = f.frames.filter((_, k) => k % 2 === 0 || k === f.frames.length - 1);
    if (f.id === shown) {
      time.max = f.frames.length - 1;
      if (last && !playing) time.value = time.max;
    }
  },
  scores(news) {
    const f = fits.get(news.id);
    f.scores = Object.entries(news.scores).filter(([, v]) => typeof v === 'number' && v % 1 !== 0)
      .map(([name, v]) => `${name.replaceAll('_', ' ')} ${v.toFixed(4)}`).join('\n');
    describe(f);
  },
  end(news) {
    const f = fits.get(news.id);
    f.state = `${news.state}: ${news.detail}`;
    describe(f);
  },
};

function describe(f) {
  const step = f.loss.length, loss = f.loss.at(-1);
  const parts = [`step ${step}${f.steps ? ` of ${f.steps}` : ''}`];
  if (loss !== undefined && loss !== null) parts.push(`loss ${Number(loss.toPrecision(6))}`);
  if (step) parts.push(`${f.seconds.at(-1).toFixed(1)} s`);
  f.note.textContent = [parts.join(', '), f.state, f.scores].filter(t => t).join('\n');
}

function show(id) {
  shown = id;
  for (const f of fits.values()) f.item.setAttribute('aria-current', f.id === id);
  const f = fits.get(id), time = byId('time');
  time.max = Math.max(0, f.frames.length - 1);
  time.value = time.max;
  byId('classes').replaceChildren(...f.names.map((name, i) => {
    const label = element('span', name), dot = element('i');
    dot.style.background = f.colors[i];
    label.prepend(dot);
    return label;
  }));
  ask();
}

function ask() { asked ||= requestAnimationFrame(() => { asked = 0; paint(); }); }

// sized gives a canvas the pixels of its place, and a blank.
function sized(id) {
  const canvas = byId(id), ratio = window.devicePixelRatio || 1, to = canvas.getContext('2d');
  const [w, h] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = w * ratio;
  canvas.height = h * ratio;
  to.scale(ratio, ratio);
  return {to, w, h};
}

function paint() {
  const f = fits.get(shown);
  if (!f) return;
  points(f, f.frames[Number(byId('time').value)]);
  curve('loss');
  curve('gradient');
}

function points(f, frame) {
  const {to, w, h} = sized('points');
  byId('step').textContent = frame ? `step ${frame.step + 1}` : 'no embedding yet';
  if (!frame) return;
  const [left, right, low, high] = frame.box, scale = .94 * Math.min(w / (right - left || 1), h / (high - low || 1));
  const x0 = w / 2 - scale * (right - left) / 2, y0 = h / 2 + scale * (high - low) / 2, n = frame.points.length / 2;
  const sx = scale * (right - left) / 65535, sy = scale * (high - low) / 65535;
  const size = Math.max(1.2, Math.min(4, 160 / Math.sqrt(n)));
  to.globalAlpha = .8;
  for (let c = 0; c < Math.max(1, f.colors.length); c++) { // a color at a time
    to.fillStyle = f.colors[c] ?? '#3f6f9f';
    for (let i = 0; i < n; i++) {
      if (f.classes && f.classes[i] !== c) continue;
      to.fillRect(x0 + frame.points[2 * i] * sx - size / 2, y0 - frame.points[2 * i + 1] * sy - size / 2, size, size);
    }
  }
}

function short(v) { return v !== 0 && Math.abs(v) < 1e-3 ? v.toExponential(2) : Number(v.toPrecision(4)); }

// curve draws a number of all fits against steps or seconds; a step of many a pixel is one of them.
function curve(name) {
  const {to, w, h} = sized(name), logX = byId('log-x').checked, bySeconds = byId('seconds').checked;
  const all = [...fits.values()].filter(f => f[name].length), values = all.flatMap(f => f[name]).filter(v => v !== null);
  if (!values.length) return;
  let low = Infinity, high = -Infinity, end = 0;
  for (const v of values) [low, high] = [Math.min(low, v), Math.max(high, v)];
  const logY = byId('log-y').checked && low > 0;
  const along = (f, k) => bySeconds ? f.seconds[k] : k + 1;
  for (const f of all) end = Math.max(end, along(f, f[name].length - 1));
  const first = bySeconds ? Math.min(...all.map(f => f.seconds[0])) || 1e-6 : 1;
  const margin = {left: 58, right: 8, top: 6, bottom: 20};
  const part = (v, a, b, log) => b > a ? (log ? Math.log(v / a) / Math.log(b / a) : (v - a) / (b - a)) : .5;
  const x = v => margin.left + (w - margin.left - margin.right) * part(Math.max(v, first), logX ? first : 0, end, logX);
  const y = v => h - margin.bottom - (h - margin.top - margin.bottom) * part(v, low, high, logY);
  to.strokeStyle = '#999';
  to.strokeRect(margin.left, margin.top, w - margin.left - margin.right, h - margin.top - margin.bottom);
  to.fillStyle = '#555';
  to.font = '11px sans-serif';
  to.textAlign = 'right';
  to.fillText(short(high), margin.left - 4, margin.top + 9);
  to.fillText(short(low), margin.left - 4, h - margin.bottom);
  to.fillText(bySeconds ? `${end.toFixed(1)} s` : `${end} steps`, w - margin.right, h - 6);
  for (const f of all) {
    to.strokeStyle = lines[f.id % lines.length];
    to.lineWidth = f.id === shown ? 2 : 1;
    to.beginPath();
    for (let k = 0, at = -1; k < f[name].length; k++) {
      const px = x(along(f, k));
      if (f[name][k] === null || k < f[name].length - 1 && px - at < .5) continue;
      to.lineTo(at = px, y(f[name][k]));
    }
    to.stroke();
    const plain = f.plain.indexOf(1);
    if (plain > 0) {
      to.setLineDash([3, 3]);
      to.lineWidth = 1;
      to.beginPath();
      to.moveTo(x(along(f, plain)), margin.top);
      to.lineTo(x(along(f, plain)), h - margin.bottom);
      to.stroke();
      to.setLineDash([]);
    }
  }
}

byId('play').onclick = () => {
  const time = byId('time');
  if (playing) {
    clearInterval(playing);
    playing = 0;
  } else {
    if (time.value === time.max) time.value = 0;
    playing = setInterval(() => {
      if (Number(time.value) >= Number(time.max)) byId('play').click();
      else time.value = Number(time.value) + 1;
      ask();
    }, 80);
  }
  byId('play').textContent = playing ? 'Stop' : 'Play';
};
for (const id of ['log-x', 'log-y', 'seconds', 'time']) byId(id).oninput = ask;
window.addEventListener('resize', ask);

const source = new EventSource('/events');
source.onopen = () => { // also after a break: everything is told again
  fits.clear();
  byId('fits').replaceChildren();
  byId('state').textContent = 'connected';
};
source.onerror = () => { byId('state').textContent = 'no connection: the program has ended, or is about to answer'; };
for (const [name, take] of Object.entries(hear)) {
  source.addEventListener(name, event => { take(JSON.parse(event.data)); ask(); });
}
source.addEventListener('close', () => {
  source.close();
  byId('state').textContent = 'all done';
});
