/** The contract on the real engine that DOCKER_HOST names. */
import { describe } from 'vitest';
import { containerCases } from './containers.cases.ts';
import { contentCases } from './content.cases.ts';
import { dialCases } from './dial.cases.ts';
import { execCases } from './exec.cases.ts';
import { hostPathCases } from './host-path.cases.ts';
import { objectCases } from './objects.cases.ts';
import { makeRealSubject } from './real-subject.ts';
import { sessionCases } from './session.cases.ts';
import { streamCases } from './stream.cases.ts';
import { tunnelCases } from './tunnel.cases.ts';
import { subPathCases } from './sub-path.cases.ts';

describe('networks, volumes, images', () => objectCases(makeRealSubject));
describe('containers', () => containerCases(makeRealSubject));
describe('subPaths', () => subPathCases(makeRealSubject));
describe('host paths', () => hostPathCases(makeRealSubject));
describe('content', () => contentCases(makeRealSubject));
describe('exec', () => execCases(makeRealSubject));
describe('dial', () => dialCases(makeRealSubject));
describe('commands, attachments, files', () => sessionCases(makeRealSubject));
describe('tunnels', () => tunnelCases(makeRealSubject));
describe('logs and events', () => streamCases(makeRealSubject));
