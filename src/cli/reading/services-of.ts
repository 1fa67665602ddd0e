import { observe } from '../../core/runtime/observed.ts';
import { selectingServices, servicesIn } from '../../core/services/service-records.ts';
import { hasLabels } from '../../manifest/pod/label-selector.ts';
import { fieldsOf, textMapOf, wordOf } from '../../manifest/yaml/read.ts';
import type { World } from '../../run/world.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import type { ServicesOf } from '../options/pod-names.ts';
import { findFiles, namedProject } from '../session.ts';

/**
 * Which Services select a Pod: by the selectors of the file; of a project that -p alone names, by those that the engine keeps.
 */
export async function servicesOf(world: World, globals: GlobalOptions): Promise<ServicesOf> {
  const { name, dir } = await namedProject(world, globals);
  if (dir === undefined) return keptNames(world, globals, name);
  const { place, source } = await findFiles(world, globals);
  const { loadProject } = await import('../../run/project-source.ts');
  const { written } = await loadProject(world, source, place);
  const services = (written?.objects ?? []).flatMap((object) => {
    const [meta, spec] = [fieldsOf(object['metadata']), fieldsOf(object['spec'])];
    const [service, selector] = [wordOf(meta['name']), textMapOf(spec['selector'])];
    if (object['kind'] !== 'Service' || service === undefined || Object.keys(selector).length === 0) return [];
    return [{ name: service, namespace: wordOf(meta['namespace']) ?? 'default', selector }];
  });
  return ({ metadata }) =>
    services
      .filter(({ namespace }) => namespace === metadata?.namespace)
      .filter(({ selector }) => hasLabels(metadata?.labels ?? {}, selector))
      .map((service) => service.name);
}

async function keptNames(world: World, { host }: GlobalOptions, project: string): Promise<ServicesOf> {
  const engine = await world.connect(host);
  const services = servicesIn(observe(await engine.snapshot(project)).objects);
  engine.close();
  return ({ metadata }) =>
    selectingServices(services, { namespace: metadata?.namespace ?? 'default', labels: metadata?.labels ?? {} });
}
