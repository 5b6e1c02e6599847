// Search in Chinese, and Chinese labels. mdBook's search looks for words between spaces, which Chinese text does not have; here
// the texts that come with the page are searched for the characters themselves. The page does the rest as ever: the list of
// results, the keys, the marks in the text.
"use strict";

(function () {
    const AROUND = 60;

    /** The texts of an index, each with its words in small letters. */
    function prepare(documents) {
        return Object.values(documents).map((text) => ({
            text,
            title: text.title.toLowerCase(),
            path: text.breadcrumbs.toLowerCase(),
            body: text.body.toLowerCase(),
        }));
    }

    /** The part of a text around the first place of a term. Spaces set the terms apart, so that they are marked. */
    function excerpt(text, lower, terms) {
        const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
        const begin = Math.max(0, Math.min(...places, lower.length) - AROUND / 2);
        let part = text.slice(places.length ? begin : 0, (places.length ? begin : 0) + 2 * AROUND);
        for (const term of terms) {
            const place = part.toLowerCase().indexOf(term);
            if (place >= 0) {
                const end = place + term.length;
                part = `${part.slice(0, place)} ${part.slice(place, end)} ${part.slice(end)}`;
            }
        }
        return part;
    }

    /** All texts in which every term occurs: first where it is the title, then in the title, then elsewhere. */
    function search(texts, query) {
        const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
        const found = [];
        for (const { text, title, path, body } of texts) {
            if (terms.length && terms.every((term) => path.includes(term) || body.includes(term))) {
                const whole = terms.join(" ");
                const score = title === whole ? 3 : terms.every((term) => title.includes(term)) ? 2 : 1;
                found.push({ ref: text.id, score, doc: { ...text, body: excerpt(text.body, body, terms) } });
            }
        }
        return found.sort((one, other) => other.score - one.score);
    }

    if (typeof module !== "undefined") {
        module.exports = { prepare, search };
        return;
    }

    if (window.elasticlunr) {
        window.elasticlunr.Index.load = (stored) => {
            const texts = prepare(stored.documentStore.docs);
            return { search: (query) => search(texts, query) };
        };
    }

    const LABELS = {
        "mdbook-sidebar-toggle": "目录",
        "mdbook-theme-toggle": "颜色",
        "mdbook-search-toggle": "搜索",
    };
    for (const [id, label] of Object.entries(LABELS)) {
        const element = document.getElementById(id);
        if (element) {
            element.title = label;
            element.setAttribute("aria-label", label);
        }
    }
    const THEMES = { default_theme: "随系统", light: "浅", rust: "铁锈", coal: "炭", navy: "深蓝", ayu: "深灰" };
    for (const [name, label] of Object.entries(THEMES)) {
        const element = document.getElementById(`mdbook-theme-${name}`);
        if (element) {
            element.textContent = label;
        }
    }
    const bar = document.getElementById("mdbook-searchbar");
    if (bar) {
        bar.placeholder = "输入几个字……";
    }
    const header = document.getElementById("mdbook-searchresults-header");
    if (header) {
        // The page writes how many results there are, in English.
        new MutationObserver(() => {
            const found = /^(\d+|No) search results? for '(.*)'/s.exec(header.textContent);
            if (found) {
                header.textContent = found[1] === "No" ? `没有找到“${found[2]}”。` : `“${found[2]}”：${found[1]} 处`;
            }
        }).observe(header, { childList: true, characterData: true, subtree: true });
    }
})();
