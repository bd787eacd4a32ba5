// 墙屏: says when the figures could not be refreshed, and shows the sign-in page when the session has ended.
const stale = (is) => document.querySelector(".wall-stale")?.toggleAttribute("hidden", !is);

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  const here = new URL(xhr.responseURL || location.href, location.href).pathname;
  if (here === location.pathname) return;
  event.preventDefault();
  location.assign(location.href);
});
document.addEventListener("htmx:responseError", (event) => {
  if ([403, 404].includes(event.detail.xhr.status)) location.assign(location.href);
  else stale(true);
});
for (const failed of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(failed, () => stale(true));
