import { fieldsOf, isFields } from '../yaml/read.ts';

/** What compose's services have, and a Service of podrun's or Kubernetes' own never. */
const ofServices = ['image', 'build', 'command', 'environment', 'depends_on', 'extends'];

/** Whether a document is a compose file: services that are containers, and nothing of podrun's own dialects. */
export function isCompose(value: unknown): boolean {
  if (!isFields(value) || ['pods', 'apiVersion', 'kind'].some((key) => key in value)) return false;
  const services = Object.values(fieldsOf(value['services']));
  return services.some((service) => ofServices.some((key) => key in fieldsOf(service)));
}

/** What is said of one, at its `services`. */
export const COMPOSE_FILE = 'this looks like a compose file: podrun reads Pods';

/** @param file as the user named it */
export function convertHint(file: string): string {
  const isOurs = file === '-' || /(^|\/)pods(\.override)?\.ya?ml$/.test(file);
  const from = isOurs ? 'compose.yaml' : file;
  const before = isOurs ? 'save it as compose.yaml; ' : '';
  return `${before}podrun init --from ${from} writes a pods.yaml from it, and lists what has no equal`;
}
