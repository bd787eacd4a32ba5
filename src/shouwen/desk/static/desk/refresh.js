// 时限走动: clocks count on in working time while business hours last; "12 minutes ago" stays true.
const words = JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}");
const EVERY = 30000;
const opened = performance.now();
const [MINUTE, HOUR, DAY, WHOLE_DAYS_FROM] = [60, 3600, 86400, 3];

const put = (phrase, key, value) => phrase.replace(`%(${key})s`, value);
const hours = (count) => put(words.hours, "count", count);
const minutes = (count) => put(words.minutes, "count", count);

function duration(seconds, day) {
  const all = Math.abs(seconds);
  const days = Math.floor(all / day);
  const h = Math.floor((all % day) / HOUR);
  const m = Math.floor(((all % day) % HOUR) / MINUTE);
  if (days) {
    const said = put(days === 1 ? words.day : words.days, "count", days);
    return days >= WHOLE_DAYS_FROM || !h ? said : `${said} ${hours(h)}`;
  }
  if (h) return m ? `${hours(h)} ${minutes(m)}` : hours(h);
  return minutes(m);
}

function turn(clock, state) {
  if (clock.dataset.clock === state) return;
  clock.classList.replace(`clock-${clock.dataset.clock}`, `clock-${state}`);
  clock.dataset.clock = state;
  const use = clock.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#clock-${state}`));
}

function tick() {
  const passed = Math.floor((performance.now() - opened) / 1000);
  for (const clock of document.querySelectorAll("[data-clock=ok], [data-clock=near], [data-clock=overdue]")) {
    const openFor = Number(clock.dataset.openFor);
    const left = Number(clock.dataset.left) - Math.min(passed, openFor);
    const day = Number(clock.dataset.day);
    turn(clock, left < 0 ? "overdue" : left < Number(clock.dataset.warn) ? "near" : clock.dataset.clock);
    const said = put(left < 0 ? words.over : words.left, "time", duration(left, day));
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

setInterval(tick, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || tick());
