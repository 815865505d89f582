// The page of a report while it is typed in. The page works without this script; with it the draft saves itself, what
// could not be sent is kept on this device for the same person, and what is typed is read back at once.
//
// A cell is one line of the form: all its fields travel together. `dirty` holds the cells that the server has not
// confirmed: `base` is the version they were typed against, `held` says that they wait for a change by the person (a
// fault, a choice between two texts). A flight is what is under way; it is sent again with its own one-time key until
// an answer comes, so that it is done once.

const source = document.getElementById("for-script");
const form = source.closest("form");
const { user, submission, login, lines, words } = JSON.parse(source.textContent);
const status = document.getElementById("saving");
const pasted = status.cloneNode();
const dirty = new Map();

const PAUSE = 3_000, PATIENCE = 20_000, MONTH = 30 * 24 * 3600 * 1000;
const RETRY = { first: 15_000, last: 240_000 };
const MOST_KEPT_ALIVE = 60_000; // what a browser still sends for a page that is left
const MOST_TRIES = 3;
let typedAt = Date.now();
let timer, retry = RETRY.first, flight = null, sending = null, isLetThrough = false;

// --- What is kept on this device

const PREFIX = `typed:${user}:${submission}:`;
const kept = {
  isSafe: true,
  set(name, what) {
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify({ ...what, at: Date.now() }));
    } catch {
      kept.isSafe = false;
    }
  },
  get(name) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + name));
    } catch {
      return null;
    }
  },
  drop: (name) => attempt(() => localStorage.removeItem(PREFIX + name)),
  names: () => keysOf(PREFIX).map((key) => key.slice(PREFIX.length)).filter((name) => name !== "#flight"),
};

function attempt(act) {
  try {
    return act();
  } catch {
    return null; // storage is switched off
  }
}

function keysOf(prefix) {
  return attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix))) ?? [];
}

function dropOld() {
  for (const key of keysOf("typed:")) {
    const what = attempt(() => JSON.parse(localStorage.getItem(key)));
    if (!(Date.now() - what?.at < MONTH)) localStorage.removeItem(key);
  }
}

// --- Lines and their fields

const allLines = () => [...form.querySelectorAll(".line[id]")];
const lineOf = (element) => element.closest(".line[id]");
const fieldsIn = (line) => [...line.querySelectorAll("[name]")];
const part = (line, name) => line.querySelector(`[data-part="${name}"]`);
const choicesIn = (line) => [...line.querySelectorAll('[type=radio][name$="-keep"]')];
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const version = () => Number(form.elements.version.value);
const own = (fields) => JSON.stringify(Object.entries(fields).filter(([name]) => !/-(keep|reading)$/.test(name)));
const isSame = (a, b) => own(a) === own(b);

function contentOf(line) {
  const filled = fieldsIn(line).filter((field) => !isTick(field) || field.checked);
  return Object.fromEntries(filled.map((field) => [field.name, field.value]));
}

function put(line, content, spared = null) {
  for (const field of fieldsIn(line)) {
    if (isTick(field)) field.checked = content[field.name] === field.value;
    else if (field !== spared && field.name in content) field.value = content[field.name];
  }
}

function isTouched(field) {
  if (isTick(field)) return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  const options = [...field.options];
  return field.selectedOptions[0] !== (options.find((each) => each.defaultSelected) ?? options[0]);
}

// --- Saving

function typedIn(line, facts = {}) {
  const cell = { base: version(), tries: 0, ...dirty.get(line.id), content: contentOf(line), ...facts };
  const choices = choicesIn(line);
  if (choices.length) {
    const isChosen = choices.some((choice) => choice.checked);
    cell.held = !isChosen;
    if (isChosen) cell.base = cell.against ?? cell.base;
  }
  dirty.set(line.id, cell);
  kept.set(line.id, { base: cell.base, content: cell.content });
}

function change(line) {
  typedAt = Date.now();
  typedIn(line, { held: false });
  preview(line);
  saveIn(PAUSE);
}

// After a save the state says "reported"; a figure that is deleted takes this along.
function takeStateAlong(line) {
  const state = form.elements[`${line.id}-state`];
  const isEmpty = [...line.querySelectorAll(".amount")].every((amount) => !amount.value.trim());
  if (isEmpty && state?.value === "reported") state.value = "";
}

function saveIn(time) {
  clearTimeout(timer);
  timer = setTimeout(save, time);
}

const ready = () => [...dirty].filter(([, cell]) => !cell.held);

function save() {
  clearTimeout(timer);
  sending ??= sendAll().finally(() => (sending = null)).then(goOn);
  return sending;
}

// Who asked to save while a flight was under way got that flight: what it did not carry has its own pause now.
function goOn(isDone) {
  if (isDone && ready().length) saveIn(PAUSE);
  return isDone;
}

async function saveEverything() {
  while (sending || flight || ready().length) if (!(await save())) return false;
  return true;
}

// What is typed while a flight is under way waits for its own pause.
async function sendAll() {
  const names = new Set(ready().map(([name]) => name));
  while ((flight ??= nextFlight(names))) {
    const answer = await send(flight);
    if (!answer) return false;
    const sent = flight;
    flight = null;
    kept.drop("#flight");
    take(answer, sent);
  }
  return true;
}

// Cells that were typed against one version; the others follow in a flight of their own.
function nextFlight(names) {
  const cells = ready().filter(([name]) => names.has(name));
  if (!cells.length) return null;
  const base = Math.min(...cells.map(([, cell]) => cell.base));
  const mine = cells.filter(([, cell]) => cell.base === base);
  mine.forEach(([name]) => names.delete(name));
  const next = { version: base, key: oneTimeKey(), cells: Object.fromEntries(mine.map(([n, c]) => [n, c.content])) };
  kept.set("#flight", next);
  return next;
}

function oneTimeKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send({ version, key, cells }) {
  const fields = Object.assign({}, ...Object.values(cells));
  const typist = form.elements.typist.value;
  const body = new URLSearchParams({ ...fields, version, key, typist, action: "save" });
  const idle = Math.round((Date.now() - typedAt) / 1000); // a try of its own is no activity of the person
  const headers = { Accept: "application/json", "X-CSRFToken": token(), "X-Typed-Ago": idle };
  const keepalive = body.toString().length < MOST_KEPT_ALIVE;
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    return hear(await fetch(form.getAttribute("action"), { method: "POST", body, headers, keepalive, signal }));
  } catch {
    return later(kept.isSafe ? words.offline : words.offlineOnly);
  }
}

// The cookie, not the field: after a login on another page this one goes on.
function token() {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
}

async function hear(response) {
  if (response.status >= 500) return later(words.failed);
  if (![200, 401, 409].includes(response.status)) return refuse();
  const answer = await response.json();
  if (response.status === 401) return sayEnded(answer.sentence);
  return answer.sentence ? later(answer.sentence) : answer;
}

function later(sentence) {
  say(sentence);
  saveIn(retry);
  retry = Math.min(retry * 2, RETRY.last);
  return null;
}

// Sending the same again would be refused again: it waits for a change.
function refuse() {
  for (const name of Object.keys(flight.cells)) if (dirty.has(name)) dirty.get(name).held = true;
  flight = null;
  kept.drop("#flight");
  say(words.failed);
  return null;
}

function sayEnded(sentence) {
  const link = document.createElement("a");
  link.href = `${login}?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = words.ended;
  say(`${sentence} `, link);
  return null;
}

function say(...what) {
  status.replaceChildren(...what);
}

// --- What came of it

function take(answer, sent) {
  retry = RETRY.first;
  for (const [name, cell] of Object.entries(answer.cells)) {
    const line = document.getElementById(name);
    if (line && name in sent.cells) settle(line, cell, sent.cells[name], answer.version);
    else if (line && !dirty.has(name)) renew(line, cell);
  }
  document.querySelectorAll("[name=version]").forEach((field) => (field.value = answer.version));
  count(answer);
  const isRestored = !answer.is_repeated && Object.keys(sent.cells).some((name) => restored.delete(name));
  const isWhole = [...dirty.values()].every((cell) => !cell.held);
  say([isRestored && words.restored, !isWhole && words.unsaved, answer.said].filter(Boolean).join(" "));
}

function settle(line, cell, sent, version) {
  const mine = dirty.get(line.id);
  const isStill = !mine || isSame(mine.content, sent);
  const fresh = drawn(cell.line);
  if (cell.is_saved && isStill) {
    dirty.delete(line.id);
    kept.drop(line.id);
    put(line, contentOf(fresh), document.activeElement);
  } else if (cell.is_saved) {
    typedIn(line, { base: version });
  } else if (cell.is_torn && mine) {
    Object.assign(mine, { held: true, against: version });
  } else if (isStill && mine) {
    mine.held = isWaiting(fresh) || ++mine.tries >= MOST_TRIES;
  }
  if (isStill || cell.is_torn) show(line, fresh);
}

// Somebody else changed it meanwhile, and nothing is typed here.
function renew(line, cell) {
  const fresh = drawn(cell.line);
  put(line, contentOf(fresh));
  show(line, fresh);
}

const drawn = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".line");
const isWaiting = (line) => Boolean(line.querySelector("[aria-invalid], [type=radio]"));

// Of the line as the server draws it everything but what is typed in.
function show(line, fresh) {
  const focused = line.contains(document.activeElement) ? document.activeElement : null;
  line.className = fresh.className;
  for (const name of ["ticks", "base", "told"]) part(line, name)?.replaceWith(part(fresh, name));
  line.querySelector(".code").parentElement.replaceWith(fresh.querySelector(".code").parentElement);
  for (const field of fieldsIn(line)) mark(field, fresh.querySelector(`[id="${field.id}"]`));
  choicesIn(line).forEach((choice) => (choice.checked = false));
  if (fresh.querySelector("details")?.open) line.querySelector("details").open = true;
  if (focused && !focused.isConnected) (document.getElementById(focused.id) ?? fieldsIn(line)[0]).focus();
}

function mark(field, drawn) {
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (drawn?.hasAttribute(name)) field.setAttribute(name, drawn.getAttribute(name));
    else if (drawn) field.removeAttribute(name);
  }
}

function count({ filled, progress, groups }) {
  document.querySelectorAll("[data-part=progress], label[for=progress]").forEach((each) => (each.textContent = progress));
  for (const [number, text] of Object.entries(groups)) {
    const told = document.getElementById(`group-${number}`)?.nextElementSibling;
    if (told) told.textContent = text;
  }
  document.getElementById("progress").value = filled;
}

// --- Reading back what has one reading only; everything else is left to the server. Whole numbers, no floats.

const GROUPED = /^(\d+|[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?: \d{3})+)(?:,(\d+))?$/;
const DOT_AS_COMMA = /^(\d+)\.(\d+)$/;
const TWO_READINGS = /^[1-9]\d{0,2}\.\d{3}$/;
const MOST_DIGITS = 12;
const power = (places) => 10n ** BigInt(places);
const absolute = (units) => (units < 0n ? -units : units);
const halfUp = (top, bottom) => (2n * top + bottom) / (2n * bottom);

function parse(text, decimals, isPercent = false) {
  const [, minus, body, percent] = /^([-−]?)(.*?) ?(%?)$/.exec(text.replace(/\s+/g, " ").trim());
  const [, whole, fraction = ""] = GROUPED.exec(body) ?? (decimals ? DOT_AS_COMMA.exec(body) : null) ?? [];
  if (!whole || (percent && !isPercent) || (decimals && TWO_READINGS.test(body))) return null;
  const digits = whole.replace(/\D/g, "");
  if (fraction.length > decimals || digits.length + decimals > MOST_DIGITS) return null;
  return { units: BigInt((minus && "-") + digits + fraction), places: fraction.length };
}

const parsePart = (text) => parse(text, text.includes(",") ? 6 : 0);

function shown({ units, places }) {
  const digits = absolute(units).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ".");
  return (units < 0n ? "−" : "") + whole + (places ? `,${digits.slice(-places)}` : "");
}

function shortest({ units, places }) {
  while (places && units % 10n === 0n) [units, places] = [units / 10n, places - 1];
  return { units, places };
}

function withUnit(number, unit) {
  return unit && !unit.startsWith("%") ? `${number} ${unit}` : number + unit;
}

function figureOf(line) {
  const measure = lines[line.id];
  const typed = (field) => form.elements[`${line.id}-${field}`]?.value.trim() ?? "";
  if (!measure || typed("qualifier") || !["", "reported"].includes(typed("state"))) return null;
  const parts = [typed("numerator"), typed("denominator")];
  const isTyped = form.elements[`${line.id}-denominator`]?.tagName !== "OUTPUT";
  if (measure.base && (parts[0] || (isTyped && parts[1]))) return typed("value") ? null : ratioOf(parts.map(parsePart), measure);
  const figure = parse(typed("value"), measure.decimals, measure.percent);
  return figure && { figure, text: withUnit(shown(figure), measure.unit) };
}

function ratioOf([a, b], { base, decimals, unit }) {
  if (!a || !b || a.units < 0n || b.units <= 0n) return null;
  const top = a.units * power(b.places) * BigInt(base) * power(decimals);
  const figure = { units: halfUp(top, b.units * power(a.places)), places: decimals };
  return { figure, text: `${[a, b].map((each) => shown(shortest(each))).join(" / ")} = ${withUnit(shown(figure), unit)}` };
}

function changeOf(figure, { before, percent, unit }) {
  const written = /^(−?)([\d.]+)(?:,(\d+))?%?$/.exec(before);
  if (!written) return "";
  const [, minus, whole, fraction = ""] = written;
  const places = Math.max(figure.places, fraction.length);
  const now = figure.units * power(places - figure.places);
  const last = BigInt((minus && "-") + whole.replaceAll(".", "") + fraction) * power(places - fraction.length);
  if (now === last) return words.unchanged;
  const signed = (moved) => (now > last ? "+" : "−") + shown(moved);
  const moved = signed({ units: absolute(now - last), places });
  if (percent) return words.points.replace("{change}", moved);
  if (!last) return words.moved.replace("{change}", withUnit(moved, unit));
  const percentage = signed({ units: halfUp(absolute(now - last) * 1000n, absolute(last)), places: 1 });
  return words.movedBy.replace("{change}", withUnit(moved, unit)).replace("{percent}", percentage);
}

// Until the save: then the server says the same.
function preview(line) {
  part(line, "told").querySelector(".readback")?.closest("p").remove();
  const read = figureOf(line);
  if (!read) return;
  const output = document.createElement("output");
  output.className = "readback";
  output.textContent = words.understood.replace("{figure}", read.text);
  const note = document.createElement("span");
  note.className = "meta";
  note.textContent = changeOf(read.figure, lines[line.id]);
  const paragraph = document.createElement("p");
  paragraph.append(output, " ", note);
  part(line, "told").prepend(paragraph);
}

// --- Columns from a spreadsheet: a row of it is a line of the form

function paste(event) {
  if (!event.target.matches(".amount")) return;
  const text = event.clipboardData.getData("text/plain").replace(/(\r\n|\r|\n)$/, "");
  const rows = text.split(/\r\n|\r|\n/).map((row) => row.split("\t").map((each) => each.trim()));
  if (rows.length === 1 && rows[0].length === 1) return;
  event.preventDefault();
  fillFrom(event.target, rows);
}

function fillFrom(first, rows) {
  const below = allLines().slice(allLines().indexOf(lineOf(first)));
  const kind = first.name.slice(lineOf(first).id.length);
  const before = new Map(), unfit = [];
  let filled = 0;
  rows.forEach((texts, down) => {
    const line = below[down];
    const fields = line ? amountsFrom(line, kind) : [];
    texts.forEach((text, across) => {
      if (!text) return;
      if (!fields[across]) return unfit.push(line ? `${line.id}: ${text}` : text);
      if (!before.has(line)) before.set(line, contentOf(line));
      fields[across].value = text;
      filled += 1;
    });
  });
  [...before.keys()].forEach(change);
  tellPaste(filled, unfit, () => undoPaste(before, first));
}

function amountsFrom(line, kind) {
  const amounts = [...line.querySelectorAll(".amount")];
  const place = amounts.findIndex((field) => field.name === line.id + kind);
  return place < 0 ? [] : amounts.slice(place);
}

function tellPaste(filled, unfit, undo) {
  const told = words.pasted.replace("{count}", filled);
  const rest = unfit.length ? ` ${words.unfit.replace("{texts}", unfit.join("; "))}` : "";
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet" });
  button.textContent = words.undo;
  button.addEventListener("click", undo);
  pasted.replaceChildren(`${told}${rest} `, button);
}

function undoPaste(before, first) {
  before.forEach((content, line) => {
    put(line, content);
    change(line);
  });
  pasted.replaceChildren(words.undone);
  first.focus();
}

// --- Keys

function press(event) {
  if (event.isComposing) return;
  if (event.key === "Enter" && event.target.matches?.(".amount")) {
    event.preventDefault();
    step(event.target, event.shiftKey ? -1 : 1);
  } else if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey) {
    event.preventDefault();
    saveEverything();
  }
}

function step(from, by) {
  const isDue = (field) => field === from || (field.offsetParent && !isComputed(field));
  const amounts = [...form.querySelectorAll(".amount")].filter(isDue);
  const next = amounts[amounts.indexOf(from) + by] ?? (by > 0 ? form.querySelector(".hand-in button") : from);
  next.focus();
  next.select?.();
}

// The percentage of two parts is not typed.
function isComputed(field) {
  const whole = form.elements[`${lineOf(field).id}-denominator`];
  return field.name.endsWith("-value") && Boolean(whole?.value);
}

// --- Sending the whole form: first what is typed is made safe

function submit(event) {
  if (isLetThrough || !(sending || flight || ready().length)) return compareWithOldest();
  event.preventDefault();
  saveEverything().then((isDone) => isDone && letThrough(event.submitter));
}

function letThrough(button) {
  isLetThrough = true;
  compareWithOldest();
  form.requestSubmit(button);
  isLetThrough = false;
}

function compareWithOldest() {
  form.elements.version.value = Math.min(version(), ...[...dirty.values()].map((cell) => cell.base));
}

// --- The beginning

const restored = new Set();

// Lines that the page gave back as typed: unsaved, and waiting where something is wrong with them.
function holdGivenBack() {
  for (const line of form.querySelectorAll(".line.wrong")) {
    choicesIn(line).forEach((choice) => (choice.checked = false));
    typedIn(line, { held: isWaiting(line) });
  }
}

// A text that changed on the server meanwhile goes there too, against its own version: both are shown, none is lost.
function restore() {
  for (const name of kept.names()) {
    const line = document.getElementById(name), { base, content } = kept.get(name);
    if (!line) continue;
    if (!isSame(contentOf(line), content)) {
      put(line, content);
      typedIn(line, { base, held: false });
      preview(line);
      restored.add(name);
    } else if (!dirty.has(name)) kept.drop(name);
  }
}

// What a browser fills in on Back or Reload may be older than what is stored; what is kept here is put back after.
function start() {
  const [navigation] = performance.getEntriesByType("navigation");
  if (["back_forward", "reload"].includes(navigation?.type)) form.reset();
  status.after(pasted);
  pasted.removeAttribute("id");
  dropOld();
  holdGivenBack();
  for (const line of allLines()) if (!dirty.has(line.id) && fieldsIn(line).some(isTouched)) typedIn(line);
  flight = kept.get("#flight");
  restore();
  if (flight || ready().length) save();
}

form.addEventListener("input", (event) => {
  const line = lineOf(event.target);
  if (!line) return;
  if (event.target.matches(".amount")) takeStateAlong(line);
  change(line);
});
form.addEventListener("change", (event) => isTick(event.target) && lineOf(event.target) && save());
form.addEventListener("focusout", (event) => {
  const line = lineOf(event.target);
  if (line && !line.contains(event.relatedTarget) && ready().length) save();
});
form.addEventListener("paste", paste);
form.addEventListener("submit", submit);
document.addEventListener("keydown", press);
document.addEventListener("visibilitychange", () => (flight || ready().length) && save());
window.addEventListener("online", () => (flight || ready().length) && save());
window.addEventListener("pagehide", () => ready().length && save());
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
window.addEventListener("beforeunload", (event) => dirty.size && !kept.isSafe && event.preventDefault());
start();
