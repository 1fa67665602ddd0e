/** A diagnosis for GitHub Actions: a group and an annotation a Pod in the log, and a section of the step's summary. */
import { annotation, withoutCommands } from '../diagnostics/github.ts';
import type { PodDiagnosis } from './diagnosis.ts';
import { podBody, podHeadline } from './diagnosis-lines.ts';

/**
 * For the job's log. What containers wrote can hold the runner's commands: between a stop and the token none is obeyed
 * (docs.github.com, workflow commands: stopping and starting).
 * @param token a word that nobody can guess
 */
export function githubLog(pods: readonly PodDiagnosis[], token: string): string {
  return pods
    .map((pod) => {
      const body = podBody(pod, true).map((line) => `  ${line}`);
      const [first = ''] = podBody(pod, false);
      return [
        annotation('error', podHeadline(pod), first),
        `::group::${podHeadline(pod)}`,
        withoutCommands(body, token),
        '::endgroup::',
      ].join('\n');
    })
    .map((text) => `${text}\n`)
    .join('');
}

/** Markdown for the file that GITHUB_STEP_SUMMARY names. */
export function githubSummary(title: string, pods: readonly PodDiagnosis[]): string {
  const sections = pods.map((pod) => {
    const lines = podBody(pod, true).map((line) => `    ${line}`);
    return [`#### ${escaped(podHeadline(pod))}`, '', ...lines, ''].join('\n');
  });
  return [`### podrun: ${escaped(title)}`, '', ...sections, ''].join('\n');
}

const escaped = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>#|]/g, '\\$&');
