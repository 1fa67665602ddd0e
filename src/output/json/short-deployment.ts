/** What `replicas` of the short form makes, as the Deployment that it is. */
import { groupOf } from '../../core/admission/workload.ts';
import { podKey } from '../../core/runtime/pod-ref.ts';
import { apiPod } from '../../core/status/api-object.ts';
import { groupKey } from '../../core/workloads/owned.ts';
import { identityOf } from '../../manifest/project/dialect.ts';
import type { Written } from '../../manifest/short-form/written-objects.ts';
import { fieldsOf, textMapOf } from '../../manifest/yaml/read.ts';
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import { revisionLabel } from '../../model/workload.ts';
import type { Deployment } from '../../model/workload.ts';

/** The Deployments of the short form, and the Pods that are none of theirs. */
export function splitShort(
  { workloads = [], pods }: Project,
  { objects, shortPods }: Pick<Written, 'objects' | 'shortPods'>,
): { readonly deployments: readonly Deployment[]; readonly others: readonly Pod[] } {
  const known = new Set(objects.map(identityOf));
  const deployments = workloads.filter(
    (workload): workload is Deployment =>
      workload.kind === 'Deployment' && shortPods.has(podKey(workload)) && !known.has(`Deployment ${podKey(workload)}`),
  );
  const owners = new Set(deployments.map(groupKey));
  return { deployments, others: pods.filter(({ metadata }) => !owners.has(groupOf(metadata) ?? '')) };
}

/** @param finish the Pod that its template is */
export function shortDeployment(deployment: Deployment, finish: (pod: object) => object): object {
  const { name, namespace, declared, replicas } = deployment;
  const { template } = declared;
  const made = template === undefined ? {} : fieldsOf(finish(apiPod(template)));
  const { labels, annotations } = fieldsOf(made['metadata']);
  const own = Object.entries(textMapOf(labels)).filter(([label]) => label !== revisionLabel.Deployment);
  const notes = Object.keys(fieldsOf(annotations)).length === 0 ? {} : { annotations };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels: declared.labels } },
    spec: {
      ...{ replicas, selector: declared.selector },
      template: { metadata: { labels: Object.fromEntries(own), ...notes }, spec: made['spec'] },
    },
  };
}
