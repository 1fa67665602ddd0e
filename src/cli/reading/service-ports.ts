import { fieldsOf, integerOf, listOf, wordOf } from '../../manifest/yaml/read.ts';
import type { World } from '../../run/world.ts';
import type { ForwardService } from '../options/forward-ports.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { findFiles } from '../session.ts';

/** A Service of the file, with its ports; undefined where the file has none of that name. Rejects with exit code 2 without a file. */
export async function findService(
  world: World,
  globals: GlobalOptions,
  name: string,
  namespace: string,
): Promise<ForwardService | undefined> {
  const { place, source } = await findFiles(world, globals);
  const { loadProject } = await import('../../run/project-source.ts');
  const { written } = await loadProject(world, source, place);
  const found = (written?.objects ?? []).find((object) => {
    const meta = fieldsOf(object['metadata']);
    return (
      object['kind'] === 'Service' && meta['name'] === name && (wordOf(meta['namespace']) ?? 'default') === namespace
    );
  });
  if (found === undefined) return undefined;
  const spec = fieldsOf(found['spec']);
  const ports = listOf(spec['ports']).flatMap((item) => {
    const fields = fieldsOf(item);
    const [port, portName] = [integerOf(fields['port']), wordOf(fields['name'])];
    if (port === undefined) return [];
    const targetPort = integerOf(fields['targetPort']) ?? wordOf(fields['targetPort']) ?? port;
    const protocol = wordOf(fields['protocol']) ?? 'TCP';
    return [{ port, targetPort, protocol, ...(portName === undefined ? {} : { name: portName }) }];
  });
  return { name, isHeadless: spec['clusterIP'] === 'None', ports };
}
