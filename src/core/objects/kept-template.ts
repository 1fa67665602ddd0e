/** A template as its record keeps it: without the values of its variables, which may be secret, and with a fingerprint of all. */
import type { Container } from '../../model/container.ts';
import { printOf } from '../../model/fingerprint.ts';
import type { Pod } from '../../model/pod.ts';
import type { KeptTemplate } from '../runtime/labels.ts';

/** What the record of a template keeps of it. */
export function keptTemplate(template: Pod): KeptTemplate {
  const own = ownOf(template);
  return { pod: mapContainers(own, withoutValues), print: printOf(own) };
}

/** With the values that the other Pod has for the same variables; undefined where one of them is another. */
export function refilled({ pod, print }: KeptTemplate, source: Pod): Pod | undefined {
  const filled = mapContainers(pod, (container) => {
    const other = containersOf(source).find(({ name }) => name === container.name);
    const values = new Map(other?.env.map(({ name, value }) => [name, value]));
    const env = container.env.map((each) =>
      each.valueFrom === undefined ? { ...each, value: values.get(each.name) ?? '' } : each,
    );
    return { ...container, env };
  });
  return printOf(filled) === print ? filled : undefined;
}

const withoutValues = (container: Container): Container => ({
  ...container,
  env: container.env.map((each) => (each.valueFrom === undefined ? { ...each, value: '' } : each)),
});

/** Without what is not the template's: which Services select it, what it waits for, what its images are built from. */
function ownOf({ services: _services, aliases: _aliases, dependsOn: _dependsOn, ...pod }: Pod): Pod {
  return mapContainers(pod, ({ build: _build, ...container }) => container);
}

export const containersOf = ({ spec }: Pod): readonly Container[] => [...spec.initContainers, ...spec.containers];

export const mapContainers = (pod: Pod, change: (container: Container) => Container): Pod => ({
  ...pod,
  spec: {
    ...pod.spec,
    initContainers: pod.spec.initContainers.map(change),
    containers: pod.spec.containers.map(change),
  },
});
