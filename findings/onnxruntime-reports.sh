#!/usr/bin/env bash
# onnxruntime-node reports to its maker from Linux, some seconds after the first session, unless a variable is set before it is loaded.
#
# onnxruntime-node 1.30.0 from npm, Linux. A program that loads one tiny network and does nothing else looks a host of Microsoft's event
# collector up; with ORT_DISABLE_TELEMETRY=1 in its surroundings it looks nothing up. There is no line about it on the screen. (Seen in a
# network namespace where every name is answered by nobody: nothing leaves this machine.) Some variables of continuous integration keep it
# still as well, so tests on a build server do not see it; they are taken out here.
# Needs root, or user namespaces; `ip` (iproute2), unshare, Node and npm.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts onnxruntime-node@1.30.0 >/dev/null
cat > names.cjs <<'JS'
// Answers every question for a name with "no such name", and writes the name down.
const { createSocket } = require('node:dgram');
const { appendFileSync } = require('node:fs');
const server = createSocket('udp4');
server.on('message', (question, from) => {
  const labels = [];
  for (let at = 12; question[at] > 0; at += question[at] + 1) labels.push(question.subarray(at + 1, at + 1 + question[at]).toString());
  appendFileSync(process.argv[2], `${labels.join('.')}\n`);
  const answer = Buffer.from(question);
  answer.writeUInt16BE(0x8183, 2);
  server.send(answer, from.port, from.address);
});
server.bind(53, '127.0.0.53', () => console.log('ready'));
JS
cat > load.cjs <<'JS'
const { InferenceSession, Tensor } = require('onnxruntime-node');
const identity = Buffer.from('CAk6OQoQCgF4EgF5IghJZGVudGl0eRIDb25lWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUIECgAQEQ==', 'base64');
(async () => {
  const session = await InferenceSession.create(identity);
  await session.run({ x: new Tensor('float32', [1], [1]) });
  setTimeout(() => process.exit(0), 30_000);
})();
JS
cat > inside.sh <<'SH'
set -euo pipefail
ip link set lo up
echo 'nameserver 127.0.0.53' > resolv.conf
mount --bind resolv.conf "$(readlink -f /etc/resolv.conf)"
for variable in CI CONTINUOUS_INTEGRATION BUILD_NUMBER BUILD_ID GITHUB_ACTIONS GITLAB_CI TF_BUILD JENKINS_URL TRAVIS CIRCLECI APPVEYOR ORT_DISABLE_TELEMETRY; do unset "$variable"; done
node names.cjs "$1" > ready & names=$!
until grep -q ready ready; do sleep 0.1; done
"${@:2}" node load.cjs
kill "$names"
SH
[ "$(id -u)" = 0 ] && user=() || user=(--user --map-root-user)
for setting in env 'env ORT_DISABLE_TELEMETRY=1'; do
  : > names
  # shellcheck disable=SC2086 -- two words are wanted
  unshare "${user[@]}" --net --mount -- bash inside.sh names $setting
  echo "$setting: $(sort -u names | tr '\n' ' ')" | sed 's/ *$//'
done | tee seen
grep -qE '^env: .*events\.data\.microsoft\.com' seen && grep -qx 'env ORT_DISABLE_TELEMETRY=1:' seen && echo 'as described'
