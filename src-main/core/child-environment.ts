/** Names under which people keep what opens doors: ours, of the hub, of clouds, of registries. */
const SECRET = /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|APIKEY|(?:^|_)(?:KEYS?|AUTH)(?:_|$)/iu;

/** The surroundings for a program that the studio starts: ffmpeg and engines have no use for anybody's secrets. */
export function childEnvironment(surroundings: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(surroundings).filter(([name]) => !SECRET.test(name)));
}
