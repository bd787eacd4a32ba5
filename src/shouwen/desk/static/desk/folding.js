// 窄屏折叠: long tables are closed on a phone, where each of their lines is a card; without this they are open everywhere.
const narrow = matchMedia("(max-width: 45rem)");

function fold() {
  for (const each of document.querySelectorAll(".fold-narrow")) each.open = !narrow.matches;
}

fold();
narrow.addEventListener("change", fold);
