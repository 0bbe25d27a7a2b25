"use strict";

// What an addon for Linux asks of the system that loads it.

const { execFileSync } = require("node:child_process");

/** The oldest glibc that addons are built for: that of RHEL 7 and Amazon Linux 2, older than any that Node.js 20 runs on. */
const GLIBC = "2.17";

// Everything else must be in the addon itself.
const LIBRARIES = /^(lib(c|dl|m|pthread|rt)\.so\.\d+|ld-linux.*\.so\.\d+)$/;

const isNewer = (version, than) => {
  const [major, minor] = version.split(".").map(Number);
  const [thanMajor, thanMinor] = than.split(".").map(Number);
  return major > thanMajor || (major === thanMajor && minor > thanMinor);
};

/** The newest glibc version whose symbols `file` uses. Throws if it is newer than GLIBC, or other libraries are needed. */
function checkGlibc(file) {
  const readelf = (option) =>
    execFileSync("readelf", ["--wide", option, file], { encoding: "utf8" });
  const versions = [...readelf("--version-info").matchAll(/Name: GLIBC_(\d+\.\d+)/g)].map(
    ([, version]) => version,
  );
  const newest = versions.reduce((a, b) => (isNewer(b, a) ? b : a), "0.0");
  if (versions.length === 0 || isNewer(newest, GLIBC)) {
    throw new Error(`${file} needs glibc ${newest}: the limit is ${GLIBC}`);
  }
  const needed = [...readelf("--dynamic").matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(
    ([, name]) => name,
  );
  const foreign = needed.filter((name) => !LIBRARIES.test(name));
  if (foreign.length > 0) {
    throw new Error(`${file} needs ${foreign.join(", ")}, which a system may lack`);
  }
  return newest;
}

module.exports = { GLIBC, checkGlibc };
