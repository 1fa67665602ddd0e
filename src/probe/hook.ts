/** Carries out lifecycle hooks (pkg/kubelet/lifecycle/handlers.go). */
import type { HookHandler, HookResult } from '../core/probes/check.ts';
import { describeFailure, joinHostPort, plainAnswer } from './address.ts';
import { chooseDial, type Dial, type DialPort } from './dial.ts';
import type { ExecPort } from './exec.ts';
import { exchange, type Target } from './exchange.ts';
import { makeHeaders, toTarget } from './http.ts';

/** No timeout: the core gives a hook up when the grace is over, and its process runs on (docs/pod-lifecycle.md#hooks). */
const foreverMs = 2 ** 31 - 1;
const userAgent = 'kube-lifecycle/1.36';

/** Runs a hook to its end. Never rejects. An HTTP answer of any status is a success: only the transport can fail. */
export async function runHook(
  engine: ExecPort & DialPort,
  containerId: string,
  handler: HookHandler,
  address: string,
): Promise<HookResult> {
  switch (handler.kind) {
    case 'exec': {
      const result = await engine.exec(containerId, handler.command, foreverMs);
      if (result.kind === 'exit' && result.code === 0) return { ok: true };
      const said = result.kind === 'exit' ? endOf(result.output) : '';
      const message =
        result.kind === 'exit'
          ? `exited with ${result.code}${said === '' ? '' : `, message: ${JSON.stringify(said)}`}`
          : result.kind === 'error'
            ? result.message
            : 'timed out';
      return { ok: false, message: `command ${JSON.stringify(handler.command.join(' '))} ${message}` };
    }
    case 'sleep':
      return new Promise((resolve) => setTimeout(() => resolve({ ok: true }), handler.seconds * 1000).unref());
    case 'httpGet': {
      const dial = chooseDial(engine, { containerId, host: handler.host, timeoutMs: foreverMs });
      return requestHook(handler, address, dial);
    }
  }
}

/** Of a long output the end says why. */
function endOf(output: string): string {
  const text = output.trim();
  return text.length <= longestSaid ? text : `…${text.slice(-longestSaid)}`;
}

const longestSaid = 1024;

/** An https hook that is answered in plain http is asked again over http (handlers.go isHTTPResponseError). */
async function requestHook(
  handler: Extract<HookHandler, { kind: 'httpGet' }>,
  address: string,
  dial: Dial,
): Promise<HookResult> {
  const target = toTarget(handler, address);
  const ask = (to: Target) => exchange(to, makeHeaders(handler.headers, userAgent), new AbortController().signal, dial);
  const reply = await ask(target);
  if (reply.kind === 'answer') return { ok: true };
  const broken = reply.kind === 'broken' ? describeFailure(reply.error, target.host, target.port) : 'timed out';
  if (broken === plainAnswer) {
    const plain = await ask(toTarget({ ...handler, scheme: 'HTTP' }, address));
    const where = joinHostPort(target.host, target.port);
    if (plain.kind === 'answer')
      return {
        ok: true,
        fallback: `request to HTTPS lifecycle hook ${where} got HTTP response, retry with HTTP succeeded`,
      };
  }
  return { ok: false, message: `Get ${JSON.stringify(target.url)}: ${broken}` };
}
