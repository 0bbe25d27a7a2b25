"use strict";

// A Chromium without a window, driven over the Chrome DevTools Protocol: a pipe, and JSON both ways. The protocol's methods are
// all that a driver from a package would add, and `page.send` reaches each of them.

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const DEADLINE_MS = 30_000;

const FLAGS = [
  "--headless",
  // The sandbox needs rights that containers and root's processes lack. The pages are the tests' own.
  "--no-sandbox",
  // Containers have little memory at /dev/shm.
  "--disable-dev-shm-usage",
  // Nothing leaves the machine: no look-up of another name than localhost, no updates, no reports.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
  "--no-proxy-server",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--remote-debugging-pipe",
];

/** What is reported under `problems`. Other issues of the protocol's domain Audits are advice. */
const ISSUES = ["ContentSecurityPolicyIssue", "CookieIssue", "MixedContentIssue"];

/** The browser's program: that in CHROMIUM, or one of the usual names in PATH, or undefined. */
function findBrowser(env = process.env) {
  if (env.CHROMIUM) {
    return env.CHROMIUM;
  }
  const folders = (env.PATH ?? "").split(path.delimiter).filter(Boolean);
  const files = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return files.find((file) => fs.existsSync(file));
}

/** Rejects with `message` unless the promise settles in time. */
async function within(promise, message) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${message}: not within 30 s`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Requests and events over the pipe of a browser. All that is open rejects when the browser ends. */
function connect(child) {
  const [, , , input, output] = child.stdio;
  const open = new Map();
  const listeners = new Set();
  let lastId = 0;
  let ended;
  let text = "";

  function receive(message) {
    if (message.id === undefined) {
      for (const listener of listeners) {
        listener(message);
      }
      return;
    }
    const { method, resolve, reject } = open.get(message.id);
    open.delete(message.id);
    if (message.error) {
      reject(new Error(`${method}: ${message.error.message}`));
    } else {
      resolve(message.result);
    }
  }

  output.setEncoding("utf8").on("data", (part) => {
    const messages = (text + part).split("\0");
    text = messages.pop();
    for (const message of messages) {
      receive(JSON.parse(message));
    }
  });
  input.on("error", () => {});

  return {
    send(method, params = {}, sessionId = undefined) {
      const answer = new Promise((resolve, reject) => {
        if (ended) {
          reject(ended);
          return;
        }
        lastId += 1;
        open.set(lastId, { method, resolve, reject });
        input.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
      });
      return within(answer, method);
    },
    /** Calls the function with every event, and returns a function that ends this. */
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end(error) {
      ended = error;
      for (const { reject } of open.values()) {
        reject(error);
      }
      open.clear();
    },
  };
}

/**
 * Starts a browser:
 *
 * - `context()` → `{ page() }`: a browser of another user, with cookies of its own
 * - `close()`
 */
async function startBrowser(program = findBrowser()) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "browser-"));
  const child = spawn(program, [...FLAGS, `--user-data-dir=${folder}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (part) => {
    log = (log + part).slice(-4_096);
  });
  const connection = connect(child);
  const exited = new Promise((resolve) => {
    const end = (how) => {
      connection.end(new Error(`the browser ended with ${how}\n${log}`));
      resolve();
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", (code, signal) => end(signal ?? `code ${code}`));
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);

  async function close() {
    // It may have ended, or not answer.
    await connection.send("Browser.close").catch(kill);
    await exited;
    process.removeListener("exit", kill);
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    await connection.send("Browser.getVersion");
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async context() {
      const { browserContextId } = await connection.send("Target.createBrowserContext");
      return { page: () => openPage(connection, browserContextId) };
    },
    close,
  };
}

async function openPage(connection, browserContextId) {
  const { targetId } = await connection.send("Target.createTarget", {
    url: "about:blank",
    browserContextId,
  });
  const { sessionId } = await connection.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method, params) => connection.send(method, params, sessionId);
  const problems = [];
  connection.listen(({ method, params, sessionId: from }) => {
    if (from !== sessionId) {
      return;
    }
    if (method === "Runtime.exceptionThrown" || ISSUES.includes(params.issue?.code)) {
      problems.push(JSON.stringify(params));
    }
  });
  for (const domain of ["Page", "Network", "Runtime", "Audits"]) {
    await send(`${domain}.enable`);
  }
  await send("Page.setLifecycleEventsEnabled", { enabled: true });

  /** Does what loads another document, and resolves to its response when all of it is there. */
  async function loading(action) {
    let stopListening;
    // A target's id is its main frame's too. Redirects belong to the loader of the document that they lead to.
    const loaded = new Promise((resolve) => {
      const responses = new Map();
      stopListening = connection.listen(({ method, params, sessionId: from }) => {
        if (from !== sessionId || params.frameId !== targetId) {
          return;
        }
        if (method === "Network.responseReceived" && params.type === "Document") {
          responses.set(params.loaderId, params.response);
        } else if (method === "Page.lifecycleEvent" && params.name === "load") {
          const response = responses.get(params.loaderId);
          if (response) {
            resolve(response);
          }
        }
      });
    });
    try {
      await action();
      const { status, headers, url } = await within(loaded, "loading a page");
      return { status, headers: new Headers(headers), url };
    } finally {
      stopListening();
    }
  }

  async function evaluate(expression) {
    const { result, exceptionDetails } = await send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  const find = (selector) => {
    const quoted = JSON.stringify(selector);
    return `(document.querySelector(${quoted}) ?? (() => { throw new Error("no " + ${quoted}); })())`;
  };

  /** A click with the mouse, in the middle of the element. */
  async function click(selector) {
    const [x, y] = await evaluate(`(() => {
      const element = ${find(selector)};
      element.scrollIntoView({ block: "center" });
      const { left, top, width, height } = element.getBoundingClientRect();
      return [left + width / 2, top + height / 2];
    })()`);
    for (const type of ["mousePressed", "mouseReleased"]) {
      await send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    }
  }

  return {
    send,
    evaluate,
    click,
    /** As JSON: what its Content-Security-Policy has blocked, cookies that were not accepted, exceptions of its scripts. */
    problems,

    /** Like typing an address. Resolves to `{ status, headers, url }`. */
    goto: (url) =>
      loading(async () => {
        const { errorText } = await send("Page.navigate", { url });
        if (errorText) {
          throw new Error(`${url}: ${errorText}`);
        }
      }),

    /** The button Reload. */
    reload: () => loading(() => send("Page.reload")),

    /** Clicks on what leads to another document. Resolves as `goto`. */
    follow: (selector) => loading(() => click(selector)),

    /** Presses Enter in the field, which sends its form. Resolves as `goto`. */
    async enter(selector) {
      await evaluate(`${find(selector)}.focus()`);
      const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" };
      return loading(() => send("Input.dispatchKeyEvent", { type: "keyDown", ...key }));
    },

    /** Types the text in place of what the field has. */
    async type(selector, text) {
      await evaluate(`${find(selector)}.select()`);
      await send("Input.insertText", { text });
    },

    /** The text that is to be seen. */
    text: (selector = "body") => evaluate(`${find(selector)}.innerText`),

    async cookies() {
      return (await send("Network.getCookies")).cookies;
    },
  };
}

module.exports = { findBrowser, startBrowser };
