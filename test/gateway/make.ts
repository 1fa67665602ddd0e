import type { GatewayService, GatewayState } from '../../src/model/service/gateway.ts';

/** A state with a Service of each kind. */
export function makeGatewayState(over: Partial<GatewayState> = {}): GatewayState {
  const services: GatewayService[] = [
    {
      ...{ name: 'web', namespace: 'default', address: '127.9.0.1', hosts: [] },
      ports: [
        { name: 'http', protocol: 'TCP', port: 80, targets: [{ address: '127.0.4.1', port: 8080 }] },
        { name: 'dns', protocol: 'UDP', port: 53, targets: [] },
      ],
    },
    {
      ...{ name: 'db', namespace: 'shop', ports: [] },
      hosts: ['127.0.5.1', '127.0.5.2'].map((address, index) => ({
        ...{ name: `db-${index}`, address },
        ports: [{ name: 'sql', protocol: 'TCP' as const, port: 5432 }],
      })),
    },
    { name: 'empty', namespace: 'default', ports: [], hosts: [] },
    { name: 'ext', namespace: 'default', cname: 'example.org', ports: [], hosts: [] },
    { name: 'near', namespace: 'default', cname: 'web.default.svc.cluster.local', ports: [], hosts: [] },
  ];
  return { dns: '127.9.0.10', network: '127.0.0.0/8', services, ...over };
}
