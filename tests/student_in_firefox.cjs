// What a student does with a hand-out, in Firefox: open it from a file, bet, play to the end, change the
// setting, click a person. Prints what was seen as JSON. Arguments: puppeteer-core, Firefox, the page.
const [driver, firefox, page_address] = process.argv.slice(2);
const puppeteer = require(driver);

async function playedToTheEnd(page) {
  await page.select(".seci-player select", "64");
  await page.waitForFunction(
    () => document.querySelector(".seci-week").textContent === "week 208 of 208",
    { timeout: 30000 },
  );
}

async function look(page) {
  const asked = [];
  const errors = [];
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const local = /^(file|data):/.test(request.url());
    if (!request.url().startsWith("data:")) asked.push(request.url());
    return local ? request.continue() : request.abort();
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(page_address);
  await page.waitForSelector(".bet-chart path");
  await page.type("[name=bet]", "60");
  await page.type("[name=reason]", "they talk");
  await page.click(".bet-form button");
  await page.waitForSelector("canvas");
  await playedToTheEnd(page);
  await page.click(".to-answer");
  const bet = await page.$eval(".verdict", (told) => told.textContent);
  await page.click(".settings input[value='6']");
  await page.waitForFunction(() => document.querySelector(".seci-fields").textContent.includes("■ 10%"));
  const changed = await page.$eval(".seci-fields", (fields) => fields.textContent);
  await page.$eval("input[aria-label=Week]", (slider) => {
    slider.value = 207;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const canvas = (await page.$$("canvas"))[1];
  await canvas.scrollIntoView();
  const box = await canvas.boundingBox();
  await canvas.click({ offset: { x: box.width * 0.49, y: box.height * 0.48 } });
  const story = await page.$eval(".seci-story", (told) => told.textContent);
  return { bet, changed, story, asked, errors };
}

async function main() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1366, height: 768 });
    process.stdout.write(JSON.stringify(await look(page)));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  process.stderr.write(`${error.stack || error}\n`);
  process.exitCode = 1;
});
