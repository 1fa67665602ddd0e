import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';

/** The project with each Pod changed, and each template that later ones are made from. */
export function mapPods(project: Project, change: (pod: Pod) => Pod): Project {
  const { pods, workloads, cronJobs } = project;
  return {
    ...project,
    pods: pods.map(change),
    ...(workloads === undefined
      ? {}
      : {
          workloads: workloads.map((workload) => {
            const { template } = workload.declared;
            if (template === undefined) return workload;
            return { ...workload, declared: { ...workload.declared, template: change(template) } };
          }),
        }),
    ...(cronJobs === undefined
      ? {}
      : { cronJobs: cronJobs.map((cron) => ({ ...cron, template: change(cron.template) })) }),
  };
}
