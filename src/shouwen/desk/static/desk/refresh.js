// 时限走动: clocks count on in working time while business hours last; "12 minutes ago" stays true.
const words = JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}");
const EVERY = 30000;
const [MINUTE, HOUR, DAY] = [60, 3600, 86400];

const seen = new WeakMap();
const put = (phrase, key, value) => phrase.replace(`%(${key})s`, value);
const counted = (unit, count) => put(count === 1 ? words[unit] : words[`${unit}s`], "count", count);

function duration(seconds, day) {
  const all = Math.abs(seconds);
  const days = Math.floor(all / day);
  const hours = Math.floor((all % day) / HOUR);
  const minutes = days ? 0 : Math.floor((all % HOUR) / MINUTE);
  const parts = [["day", days], ["hour", hours], ["minute", minutes]].filter(([, count]) => count);
  return parts.map(([unit, count]) => counted(unit, count)).join(" ") || words.lessThanAMinute;
}

function turn(clock, state) {
  if (clock.dataset.clock === state) return;
  clock.classList.replace(`clock-${clock.dataset.clock}`, `clock-${state}`);
  clock.dataset.clock = state;
  const use = clock.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#clock-${state}`));
}

function tick() {
  for (const clock of document.querySelectorAll("[data-clock=ok], [data-clock=near], [data-clock=overdue]")) {
    if (!seen.has(clock)) seen.set(clock, performance.now());
    const passed = Math.floor((performance.now() - seen.get(clock)) / 1000);
    const openFor = Number(clock.dataset.openFor);
    if (!openFor) continue;
    const left = Number(clock.dataset.left) - Math.min(passed, openFor);
    const day = Number(clock.dataset.day);
    turn(clock, left < 0 ? "overdue" : left < Number(clock.dataset.warn) ? "near" : clock.dataset.clock);
    const said = left ? put(left < 0 ? words.over : words.left, "time", duration(left, day)) : words.timeIsUp;
    const place = clock.querySelector(".clock-words");
    if (place.textContent !== said) place.textContent = said;
  }
  for (const moment of document.querySelectorAll("time[data-ago]")) {
    const seconds = Math.floor((Date.now() - Date.parse(moment.dateTime)) / 1000);
    if (seconds < MINUTE) moment.textContent = words.justNow;
    else if (seconds < HOUR) moment.textContent = put(words.minutesAgo, "count", Math.floor(seconds / MINUTE));
    else if (seconds < DAY) moment.textContent = put(words.hoursAgo, "count", Math.floor(seconds / HOUR));
  }
}

tick();
document.addEventListener("htmx:load", tick);
setInterval(tick, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || tick());
