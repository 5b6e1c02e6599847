// See tests/real/desk.
const assert = require("node:assert/strict");
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");

const zhubi = path.resolve(process.argv[2]);
const pictures = path.resolve(process.argv[3], "pictures");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const isRelease = process.env.ZHUBI !== undefined;

const DRAFT = `# 江城举办全民阅读周,市民踊跃参加

记者 王小雨 文/图

本报讯 江城市全民阅读周昨天开幕,计划举办20-30场活动。据统计，，去年共有9万人参加,其中男性5万人、女性3万人。

- 主会场设在江城图书馆,
- 分会场有12个。

图为市民在书展现场选书。(王小雨 摄)

## 老街换新颜

老街里游人如织，老字号生意红火。二零二三年11月1日(星期三)，老街改造完成。
`;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "zhubi-desk-"));
const at = (name) => path.join(folder, name);
let passed = 0;

async function test(name, run) {
  process.stdout.write(`${name} … `);
  await run();
  passed += 1;
  console.log("ok");
}

/** Opens a desk, and a page on it. */
async function open(browser, args, options = {}) {
  const program = spawn(zhubi, ["desk", "--no-open", "--no-config", ...args], { cwd: folder });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    program.stdout.on("data", (data) => {
      said += data;
      const found = said.match(/http:\S+/);
      if (found) resolve(found[0]);
    });
    program.on("exit", (code) => reject(new Error(`zhubi ended with ${code}: ${said}`)));
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const troubles = [];
  const origin = new URL(address).origin;
  page.on("console", (message) => troubles.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (![origin, "null"].includes(new URL(request.url()).origin) && !request.url().startsWith("blob:"))
      troubles.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  const desk = {
    page,
    program,
    address,
    troubles,
    progress: () => page.textContent("#count"),
    /** Waits until the progress is this. */
    until: (progress) => page.waitForFunction((text) => document.querySelector("#count").textContent === text, progress),
    press: (key) => page.keyboard.press(key),
    async close() {
      await context.close();
      // The draft is only free for the next desk when this one has ended.
      if (program.exitCode === null && program.signalCode === null) {
        const ended = new Promise((resolve) => program.once("exit", resolve));
        program.kill();
        await ended;
      }
      assert.deepEqual(troubles, []);
    },
  };
  return desk;
}

async function findFaults(page) {
  // The page allows no script but its own, so axe is run by the browser itself.
  await page.evaluate(`${axe};0`);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

async function night(browser) {
  fs.writeFileSync(at("稿.md"), DRAFT);
  const desk = await open(browser, ["稿.md"]);
  const { page } = desk;
  await page.waitForSelector(".card.current");
  const total = Number((await desk.progress()).split("/")[1]);
  assert.ok(total >= 10, `${total} findings`);

  await test("takes a suggestion, leaves, lets stand, rewords with the keyboard", async () => {
    await desk.press("Enter");
    await desk.until(`1/${total}`);
    assert.ok((await page.textContent("#sheet h2")).includes("，"));
    await desk.press("x");
    await desk.until(`2/${total}`);
    await desk.press("s");
    await page.keyboard.type("原文如此");
    await desk.press("Enter");
    await desk.until(`3/${total}`);
    assert.equal(await page.locator("mark.stet").count(), 1);
    await page.locator("mark.open", { hasText: "，，" }).click();
    await desk.press("e");
    await page.keyboard.type("，全市");
    await desk.press("Enter");
    await page.waitForSelector("mark.own ins");
    assert.equal(await page.textContent("mark.own ins"), "，全市");
    await page.screenshot({ path: path.join(pictures, "light.png") });
  });

  await test("undoes and does again, reopens one", async () => {
    const before = await desk.progress();
    await desk.press("u");
    await page.waitForFunction((text) => document.querySelector("#count").textContent !== text, before);
    await desk.press("r");
    await desk.until(before);
    await page.locator("mark.stet").click();
    await desk.press("o");
    await page.waitForFunction(() => document.querySelectorAll("mark.stet").length === 0);
  });

  await test("decides on all of a rule", async () => {
    await page.locator("mark.open.error", { hasText: "(" }).first().click();
    await desk.press("a");
    await page.getByRole("button", { name: "都照改" }).first().click();
    await page.waitForFunction(() => ![...document.querySelectorAll("mark.open")].some((mark) => /^[()]$/.test(mark.textContent)));
  });

  await test("filters and searches", async () => {
    await page.selectOption("#family", "fact");
    assert.equal(await page.locator(".card").count(), 1);
    await page.selectOption("#family", "");
    assert.equal(await page.locator(".card").count(), total);
    await desk.press("/");
    await page.keyboard.type("老街");
    const shown = await page.textContent("#shown");
    assert.match(shown, /中的/);
    await page.fill("#search", "");
    await desk.press("Escape");
  });

  await test("has no serious fault for those who hear or tab through it", async () => {
    assert.deepEqual(await findFaults(page), []);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual(await findFaults(page), []);
    await page.screenshot({ path: path.join(pictures, "dark.png") });
    await page.setViewportSize({ width: 390, height: 844 });
    assert.deepEqual(await findFaults(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than a phone");
    // Two rows, and everything can be reached from them.
    const height = () => page.evaluate(() => document.querySelector("#bar").getBoundingClientRect().height);
    assert.ok((await height()) <= 100, `the bar is ${await height()} pixels high`);
    await page.screenshot({ path: path.join(pictures, "phone.png") });
    for (const [fold, ids] of [
      ["#show-more", ["paste", "export-draft", "export-errata", "print", "help", "grade"]],
      ["#show-filters", ["family", "severity", "rule", "state", "search"]],
    ]) {
      await page.click(fold);
      for (const id of ids) assert.ok(await page.isVisible(`#${id}`), id);
      assert.deepEqual(await findFaults(page), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than a phone");
      await page.click(fold);
    }
    await desk.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "search");
    await page.click("#show-filters");
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    await page.pdf({ path: path.join(pictures, "print.pdf"), format: "A4" });
  });

  await test("checks what is pasted and a Word file that is dropped, and exports them", async () => {
    await desk.press("p");
    await page.fill("dialog textarea", "两地携手,共建联盟。");
    await page.getByRole("button", { name: "校对" }).click();
    await page.waitForFunction(() => document.title.includes("粘贴"));
    await desk.press("Enter");
    await desk.until("1/1");
    const [draft] = await Promise.all([page.waitForEvent("download"), page.click("#export-draft")]);
    assert.equal(fs.readFileSync(await draft.path(), "utf8"), "两地携手，共建联盟。");
    const bytes = fs.readFileSync("tests/documents/page.docx").toString("base64");
    await page.evaluate((data) => {
      const file = new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], "版面.docx");
      const transfer = new DataTransfer();
      transfer.items.add(file);
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, bytes);
    await page.waitForFunction(() => document.title.includes("版面.docx"));
    await page.waitForSelector(".card.current");
    while ((await page.locator(".card.current .suggestion").count()) === 0) await desk.press("j");
    await desk.press("Enter");
    await page.waitForSelector("mark.taken");
    const [word] = await Promise.all([page.waitForEvent("download"), page.click("#export-draft")]);
    assert.equal(word.suggestedFilename(), "版面.改.docx");
    assert.equal(fs.readFileSync(await word.path()).subarray(0, 2).toString(), "PK");
    await page.selectOption("#drafts", "0");
    await page.waitForFunction(() => document.title.includes("稿.md"));
  });

  const before = await desk.progress();
  await test("goes on after it was killed", async () => {
    desk.program.kill("SIGKILL");
    await new Promise((resolve) => desk.program.on("exit", resolve));
    await desk.press("x");
    await page.waitForFunction(() => document.querySelector("#status").textContent.includes("zhubi 已经停了"));
    desk.troubles.splice(0);
    await page.context().close();
    assert.equal(fs.readFileSync(at("稿.md"), "utf8"), DRAFT);
  });

  await test("saves, and ends when the page is left", async () => {
    const again = await open(browser, ["稿.md"]);
    await again.until(before);
    await again.page.click("#save");
    await again.page.waitForFunction(() => document.querySelector("#status").textContent.includes("已存盘"));
    assert.ok(fs.readFileSync(at("稿.md"), "utf8").includes("据统计，全市去年"));
    const ended = new Promise((resolve) => again.program.on("exit", resolve));
    await again.page.goto("about:blank");
    assert.equal(await ended, 0);
    again.program.exitCode ??= 0;
    await again.close();
  });

  await test("the address opens one page only", async () => {
    const first = await open(browser, ["稿.md"]);
    await first.page.waitForSelector(".card");
    const other = await browser.newPage();
    await other.goto(first.address);
    await other.waitForFunction(() => document.querySelector("#sheet").textContent.includes("zhubi desk"));
    await other.close();
    await first.page.reload();
    await first.page.waitForSelector(".card.current");
    await first.close();
  });
}

/** Text outside findings, corrected with the keyboard alone and with the mouse. */
async function corrections(browser) {
  const text = "柳河乡的桃花开了，游人很多。\n\n见了两位老人，他们说，好看。\n\n计划种20-30株。";
  fs.writeFileSync(at("桃花.txt"), text);
  const desk = await open(browser, ["桃花.txt"]);
  const { page } = desk;
  await desk.until("0/1");
  const area = page.locator("#passage");
  const blocks = () => page.locator("#sheet .block").allTextContents();
  const trouble = () => page.textContent(".trouble");

  await test("corrects what no rule found with the keyboard alone", async () => {
    await desk.press("c");
    assert.equal(await area.inputValue(), "计划种20-30株。", "begins at the current mark");
    assert.deepEqual(await findFaults(page), []);
    await desk.press("Alt+ArrowUp");
    assert.equal(await area.inputValue(), "见了两位老人，他们说，好看。");
    await page.getByLabel("找要改的字").focus();
    await page.keyboard.type("桃花");
    await desk.press("Enter");
    assert.equal(await page.evaluate(() => getSelection().toString()), "桃花");
    await page.keyboard.type("杏花");
    await desk.press("Control+Home");
    await page.keyboard.type("今天");
    await desk.press("Alt+ArrowDown");
    assert.match(await trouble(), /还没有定/);
    await desk.press("Enter");
    await desk.until("2/3");
    assert.deepEqual((await blocks())[0], "今天柳河乡的桃杏花开了，游人很多。");
    assert.equal(await page.evaluate(() => document.querySelector("#dialog").open), false);
    assert.equal(await page.locator("mark.own", { hasText: "杏" }).getAttribute("aria-label"), "已将“桃”改为“杏”");
    await desk.press("u");
    await desk.until("1/2");
    await desk.press("r");
    await desk.until("2/3");
  });

  await test("corrects what is selected with the mouse, and where the caret is", async () => {
    const line = page.locator("#sheet .block").nth(1);
    const place = await line.evaluate((element, [from, to]) => {
      const range = document.createRange();
      range.setStart(element.firstChild, from);
      range.setEnd(element.firstChild, to);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      return { left, right, y: (top + bottom) / 2 };
    }, [2, 4]);
    await page.mouse.move(place.left + 1, place.y);
    await page.mouse.down();
    await page.mouse.move(place.right - 1, place.y);
    await page.mouse.up();
    assert.equal(await page.evaluate(() => getSelection().toString()), "两位");
    await page.click("#correct");
    await page.keyboard.type("三位");
    await desk.press("Enter");
    await desk.until("3/4");
    await page.waitForSelector("#dialog", { state: "hidden" });
    // Between the first two characters.
    await page.mouse.click(place.left - (place.right - place.left) / 2, place.y);
    await desk.press("c");
    assert.deepEqual(await area.evaluate((field) => [field.selectionStart, field.selectionEnd]), [1, 1]);
    await desk.press("Escape");
    assert.equal((await blocks())[1], "见了两三位老人，他们说，好看。");
    // A selection that goes on into the next paragraph.
    await page.evaluate(() => {
      const [first, second] = document.querySelectorAll("#sheet .block");
      getSelection().setBaseAndExtent(first.lastChild, 2, second.firstChild, 1);
    });
    await desk.press("c");
    assert.match(await trouble(), /一次只能改一段/);
    assert.match(await area.inputValue(), /^今天柳河乡/);
    await desk.press("Escape");
    await page.screenshot({ path: path.join(pictures, "corrections.png") });
  });

  await test("says why a correction is refused, and changes nothing", async () => {
    await page.locator("mark.open").click();
    await desk.press("Enter");
    await desk.until("4/4");
    await page.locator("mark.taken").click();
    await desk.press("c");
    const before = await area.inputValue();
    await area.fill(before.replace("20～30", "几十"));
    await desk.press("Enter");
    await page.waitForFunction(() => document.querySelector(".trouble").textContent.includes("重叠"));
    assert.match(await trouble(), /“-”改的“～”/);
    await desk.press("Enter");
    await page.screenshot({ path: path.join(pictures, "refused.png") });
    await desk.press("Escape");
    assert.equal(await desk.progress(), "4/4");
    desk.troubles.splice(0);
  });

  await test("saves corrections, and knows them the next time", async () => {
    await page.click("#save");
    await page.waitForFunction(() => document.querySelector("#status").textContent.includes("已存盘"));
    const expected = `今天${text}`.replace("桃", "杏").replace("两位", "三位").replace("20-30", "20～30");
    assert.equal(fs.readFileSync(at("桃花.txt"), "utf8"), expected);
    await desk.close();
    const again = await open(browser, ["桃花.txt"]);
    await again.until("4/4");
    await again.page.locator("mark.own", { hasText: "杏" }).click();
    await again.press("o");
    await again.until("3/3");
    assert.equal((await again.page.locator("#sheet .block").first().textContent()).slice(0, 8), "今天柳河乡的桃花");
    await again.close();
  });
}

/** Drafts that are not like others. */
async function strangeDrafts(browser) {
  const drafts = {
    "空.txt": "",
    "净.md": "两地携手共建联盟。\n",
    "脚本.html": "<!doctype html><html><head><script>document.title='x'</script></head><body><p>两地<b>携手</b>,共建&lt;script&gt;alert(1)&lt;/script&gt;。</p><img src=x onerror=alert(1)></body></html>",
    "标签.txt": "<script>alert(1)</script>,<img src=x onerror=alert(2)>两地携手,共建。\n",
    "代码.md": "说明,如下：\n\n```\na, b = 1,2\n```\n\n`x,y`之后,还有。\n",
    "字幕.srt": "1\n00:00:01,000 --> 00:00:02,000\n两地携手,共建。\n",
    "回车.txt": "\uFEFF两地携手,共建。\r\n\r\n计划招聘20-30人。\r\n",
    "长行.txt": `${"两地携手共建联盟。".repeat(6)}他说,好。`.repeat(1200),
    "长词.txt": `${"https://example.com/".repeat(40)}${"甲".repeat(3000)},乙。\n`,
  };
  for (const [name, text] of Object.entries(drafts)) {
    fs.writeFileSync(at(name), text);
    await test(`${name}: decides on all, corrects by hand, takes back`, async () => {
      const desk = await open(browser, [name]);
      const { page } = desk;
      page.on("dialog", () => desk.troubles.push("a dialog"));
      await page.waitForFunction(() => document.querySelector("#count").textContent !== "");
      await page.waitForSelector("#sheet > *");
      const begun = await desk.progress();
      if ((await page.locator(".card.current").count()) > 0) {
        await desk.press("a");
        await page.locator("dialog button", { hasText: "都照改" }).first().click();
        await page.waitForFunction((text) => document.querySelector("#count").textContent !== text, begun);
        await desk.press("u");
        await desk.until(begun);
      }
      await desk.press("c");
      if (text === "") {
        assert.match(await page.textContent("#status"), /没有文字/);
      } else {
        const before = await page.inputValue("#passage");
        await desk.press("Control+End");
        await page.keyboard.type("这里");
        await desk.press("Enter");
        await page.waitForFunction(() => !document.querySelector("#dialog").open);
        await page.waitForSelector("mark.own");
        await page.click("#save");
        await page.waitForFunction(() => document.querySelector("#status").textContent.includes("已存盘"), undefined, { timeout: 60000 });
        await desk.press("c");
        assert.equal(await page.inputValue("#passage"), `${before}这里`);
        await desk.press("Escape");
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the window");
      }
      await desk.close();
    });
  }
}

async function manyFindings(browser) {
  const lines = Array.from({ length: 1000 }, (_, n) => `第${n}号展馆里,参观者络绎不绝,计划接待${(n % 50) + 20}-${(n % 50) + 40}人。`);
  fs.writeFileSync(at("长.txt"), lines.join("\n"));
  await test("3,000 findings on one page", async () => {
    const desk = await open(browser, ["长.txt"]);
    const { page } = desk;
    await page.waitForSelector(".card.current");
    const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
    await desk.until("0/3000");
    await page.waitForFunction(() => document.querySelectorAll(".card").length === 3000);
    const times = [];
    for (let count = 0; count < 10; count++) {
      // Until the next finding is shown.
      const time = await page.evaluate(() => {
        const begun = performance.now();
        const before = document.querySelector("mark.current");
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        if (document.querySelector("mark.current") === before) throw new Error("no other finding is shown");
        document.body.getBoundingClientRect();
        return performance.now() - begun;
      });
      times.push(time);
    }
    await desk.until("10/3000");
    const median = times.sort((a, b) => a - b)[5];
    process.stdout.write(`first paint ${paint.toFixed()} ms, a decision ${median.toFixed()} ms … `);
    const [longestPaint, longestDecision] = isRelease ? [300, 50] : [1500, 250];
    assert.ok(paint < longestPaint && median < longestDecision);
    await desk.close();
  });
}

async function report(browser) {
  for (let number = 0; number < 100; number++) fs.writeFileSync(at(`版${number}.md`), DRAFT);
  const args = ["check", "--no-config", "--format", "html", "-o", "校样.html", ...Array.from({ length: 100 }, (_, n) => `版${n}.md`)];
  spawnSync(zhubi, args, { cwd: folder });
  await test("a report on a hundred drafts is one page without a server", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const troubles = [];
    page.on("console", (message) => troubles.push(message.text()));
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("request", (request) => request.url().startsWith("file:") || request.url().startsWith("data:") || troubles.push(request.url()));
    await page.goto(`file://${at("校样.html")}`);
    await page.waitForFunction(() => document.querySelectorAll("h2.draft").length === 100);
    await page.selectOption("#drafts", "57");
    await page.keyboard.press("j");
    assert.deepEqual(await findFaults(page), []);
    await page.screenshot({ path: path.join(pictures, "report.png") });
    await page.pdf({ path: path.join(pictures, "report.pdf"), format: "A4" });
    assert.deepEqual(troubles, []);
    await page.close();
  });
}

async function main() {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    await night(browser);
    await corrections(browser);
    await strangeDrafts(browser);
    await manyFindings(browser);
    await report(browser);
    console.log(`${passed} passed, 0 failed`);
  } finally {
    await browser.close();
    fs.rmSync(folder, { recursive: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
