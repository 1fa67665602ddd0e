// npm run engine -- start|stop|env|status
import { findEngine } from './find-engine.mjs';
import { checkoutEngine, describeEngine, stopEngine, useEngine } from './shared-engine.mjs';
import { answers } from './api.mjs';

/** @type {Record<string, () => Promise<number>>} */
const commands = {
  async start() {
    const host = await useEngine({ keep: true });
    console.log(`${await describeEngine()}\nexport DOCKER_HOST=${host}`);
    return 0;
  },
  async stop() {
    console.log((await stopEngine()) ? 'the private engine is gone' : 'there is no private engine');
    return 0;
  },
  async env() {
    const host = (await answers(checkoutEngine.host)) ? checkoutEngine.host : await findEngine();
    if (host === undefined) console.error('no engine answers: npm run engine -- start');
    else console.log(`export DOCKER_HOST=${host}`);
    return host === undefined ? 1 : 0;
  },
  async status() {
    console.log(await describeEngine());
    return 0;
  },
};

const command = commands[process.argv[2] ?? ''];
if (!command) console.error(`usage: npm run engine -- ${Object.keys(commands).join('|')}`);
try {
  process.exitCode = command ? await command() : 2;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
