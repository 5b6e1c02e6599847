// Searches a site made by mdBook: the search itself, with the texts that the site brings, and the page in chromium, opened from
// its folder. Nothing may be asked of the network, and no error may be in the console.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");

const { prepare, search } = require("../../docs/theme/chinese.js");

const site = process.argv[2];

function texts() {
  const [name] = fs.readdirSync(site).filter((file) => /^searchindex-.*\.js$/.test(file));
  const window = { search: {} };
  new Function("window", fs.readFileSync(path.join(site, name), "utf8"))(window);
  return { texts: prepare(window.search.index.documentStore.docs), urls: window.search.doc_urls };
}

function searchItself() {
  const { texts: all, urls } = texts();
  const found = (query) => search(all, query).map((hit) => urls[hit.ref]);
  // A rule by its id, by its title, by a part of a word; two words in any order; what is nowhere.
  assert.equal(found("halfwidth-comma")[0], "rules/punctuation.html#halfwidth-comma");
  assert.ok(found("半角逗号").includes("rules/punctuation.html#halfwidth-comma"));
  assert.ok(found("角逗").length >= found("半角逗号").length);
  assert.deepEqual(new Set(found("逗号 引号")), new Set(found("引号 逗号")));
  assert.ok(found("引号 逗号").length < found("逗号").length);
  assert.ok(found("required-version").includes("versions.html#把版本定下来"));
  assert.deepEqual(found("龘龘龘"), []);
  assert.deepEqual(found("   "), []);
  // The excerpt shows the place, set apart by spaces so that it is marked.
  const [hit] = search(all, "见报日期");
  assert.match(hit.doc.body, / 见报日期 /);
  const begin = process.hrtime.bigint();
  found("标点");
  const milliseconds = Number(process.hrtime.bigint() - begin) / 1e6;
  assert.ok(milliseconds < 200, `${milliseconds} ms`);
  console.log(`The search finds Chinese text, in ${milliseconds.toFixed(0)} ms.`);
}

async function searchInBrowser() {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((file) => fs.existsSync(file));
  if (!executablePath) {
    console.log("chromium cannot be had here: the search is NOT TESTED in a browser");
    process.exitCode = 77;
    return;
  }
  const { chromium } = require("playwright-core");
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage();
  const wrong = [];
  page.on("request", (request) => request.url().startsWith("http") && wrong.push(request.url()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  await page.goto(`file://${site}/rules/README.html`);
  await page.click("#mdbook-search-toggle");
  await page.fill("#mdbook-searchbar", "半角逗号");
  await page.press("#mdbook-searchbar", "End");
  await page.waitForSelector("#mdbook-searchresults li a");
  const header = await page.textContent("#mdbook-searchresults-header");
  assert.match(header, /^“半角逗号”：\d+ 处$/);
  assert.ok(await page.locator("#mdbook-searchresults .teaser em", { hasText: "半角逗号" }).count());
  const rule = page.locator('#mdbook-searchresults a[href*="punctuation.html"][href$="#halfwidth-comma"]').first();
  await rule.click();
  await page.waitForURL(/punctuation\.html.*#halfwidth-comma$/);
  assert.ok(await page.locator("mark").count(), "the place is marked in the text");
  assert.equal(await page.getAttribute("#mdbook-search-toggle", "title"), "搜索");
  await page.screenshot({ path: path.join(site, "..", "search.png") });
  await browser.close();
  assert.deepEqual(wrong, []);
  console.log("The search works in chromium, from a folder, without the network.");
}

searchItself();
searchInBrowser().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
