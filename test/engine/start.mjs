// npm start: packages, build, an engine, and the tour of examples/file-puller; whatever was started is stopped again.
import { buildProduct, ensurePackages } from './fresh.mjs';
import { releaseEngine, useEngine } from './shared-engine.mjs';
import { runTour } from './tour.mjs';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => abort.abort());

try {
  ensurePackages();
  console.log('== the build');
  buildProduct();
  console.log('\n== the engine');
  const host = await useEngine({ keep: false });
  console.log(`  ${host}`);
  await runTour(host, abort.signal);
  console.log('\nall well');
} catch (error) {
  console.error(error instanceof Error ? `\n${error.message}` : error);
  process.exitCode = 1;
} finally {
  await releaseEngine();
}
