"use strict";

// `npm run demo -- --serve`: the game and the small site go on running, with what to try.

const { CODE } = require("../../tools/emulator/backend");

/** Resolves never: Ctrl-C ends it, and it rejects if one of the applications ends. */
async function serveUntilInterrupted({ emulator, pool, server, session, theseus, ariadne }) {
  const site = await startSite(emulator, pool, theseus);
  session.cleanups.push(() => site.stop());
  console.log(`
Everything is still running.

A small site in your browser, examples/web-app: ${site.url}
  ${theseus.username}, password ${theseus.password}: a member of the group "admins"
  ${ariadne.username}, password ${ariadne.password}: not a member
  Nothing is sent by e-mail: the code of a registration is ${CODE}
${commands(server, site, theseus, ariadne)}
Messages to the players appear here. Ctrl-C ends everything.
`);
  const printing = setInterval(async () => {
    for (const message of await server.takeMessages(0)) {
      console.log(message);
    }
  }, 100);
  const how = await Promise.race([server.ended, site.ended]);
  clearInterval(printing);
  throw new Error(`an application ended with ${how}`);
}

/** Starts examples/web-app on the game's user pool, with a member in the group that its admin page asks for. */
async function startSite(emulator, pool, { username: Username }) {
  const { environmentWithoutAws } = require("../../tools/emulator");
  const { startWebApp } = require("../../tools/example-servers");
  const group = { UserPoolId: pool.userPoolId, GroupName: "admins" };
  await emulator.call("CreateGroup", group);
  await emulator.call("AdminAddUserToGroup", { ...group, Username });
  return startWebApp({ ...environmentWithoutAws(), ...pool.environment });
}

function commands(server, site, theseus, ariadne) {
  const { username, password } = theseus;
  const json = "-H 'content-type: application/json'";
  return `
In another terminal, the game:

# sign in
TOKEN=$(curl -s ${server.url}/login ${json} -d '{"username":"${username}","password":"${password}"}' | node -p 'JSON.parse(fs.readFileSync(0)).idToken')

# a new game
curl -s ${server.url}/games ${json} -H "Authorization: $TOKEN" -d '{"opponent":"${ariadne.username}"}'

# look at it (with the gameId of that answer)
curl -s ${server.url}/games/GAME_ID

# ariadne moves first
TOKEN2=$(curl -s ${server.url}/login ${json} -d '{"username":"${ariadne.username}","password":"${ariadne.password}"}' | node -p 'JSON.parse(fs.readFileSync(0)).idToken')
curl -s ${server.url}/games/GAME_ID ${json} -H "Authorization: $TOKEN2" -d '{"changedHeap":"heap1","changedHeapValue":0}'

# a player of your own
curl -s ${server.url}/users ${json} -d '{"username":"minos","password":"Knossos33","email":"minos@example.com","phoneNumber":"+14155550103"}'

# without a token
curl -s ${server.url}/games ${json} -d '{"opponent":"${ariadne.username}"}'

And the site's API, with a token and without:

curl -s ${site.url}/api/notes ${json} -H "Authorization: Bearer $TOKEN" -d '{"note":"Take the thread"}'
curl -si ${site.url}/api/notes
`;
}

module.exports = { serveUntilInterrupted };
