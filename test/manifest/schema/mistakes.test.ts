import { expect, test } from 'vitest';

import { renderedOf } from '../parse.ts';

/** Common mistakes, and all that their author sees of each. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  [
    'a misspelt field',
    `pods:
  web:
    containers:
      app:
        image: nginx:1.29
        livenesProbe: {tcpSocket: {port: 80}}
`,
    `pods.yaml:6:9: error: pods.web.containers.app.livenesProbe: unknown field "livenesProbe"
  6 |         livenesProbe: {tcpSocket: {port: 80}}
    |         ^^^^^^^^^^^^
  hint: did you mean livenessProbe?
`,
  ],
  [
    "compose's word for a field",
    `pods:
  web:
    containers:
      app:
        image: nginx:1.29
        environment: {PORT: 80}
        depends_on: [db]
        restart: always
`,
    `pods.yaml:6:9: error: pods.web.containers.app.environment: unknown field "environment"
  6 |         environment: {PORT: 80}
    |         ^^^^^^^^^^^
  hint: did you mean env?

pods.yaml:7:9: error: pods.web.containers.app.depends_on: unknown field "depends_on"
  7 |         depends_on: [db]
    |         ^^^^^^^^^^
  hint: dependsOn is a field of the Pod: write it beside containers

pods.yaml:8:9: error: pods.web.containers.app.restart: unknown field "restart"
  8 |         restart: always
    |         ^^^^^^^
  hint: restartPolicy is a field of the Pod: write it beside containers
`,
  ],
  [
    'a compose file',
    `services:
  web:
    image: nginx
`,
    `pods.yaml:1:1: error: services: this looks like a compose file: podrun reads Pods
  1 | services:
    | ^^^^^^^^
  hint: save it as compose.yaml; podrun init --from compose.yaml writes a pods.yaml from it, and lists what has no equal
`,
  ],
  [
    'a container without an image',
    `pods:
  web:
    containers:
      app:
        command: [run]
`,
    `pods.yaml:4:7: error: pods.web.containers.app.image: Required value
  4 |       app:
    |       ^^^
  hint: for example image: nginx:1.29
`,
  ],
  [
    'a container field on the Pod',
    `pods:
  web:
    image: nginx
    containers:
      app: {image: nginx}
`,
    `pods.yaml:3:5: error: pods.web.image: unknown field "image"
  3 |     image: nginx
    |     ^^^^^
  hint: image is a field of a container: write it under containers
`,
  ],
  [
    'spec in the short form',
    `pods:
  web:
    spec:
      containers: [{name: app, image: nginx}]
`,
    `pods.yaml:3:5: error: pods.web.spec: unknown field "spec"
  3 |     spec:
    |     ^^^^
  hint: in the short form the fields of spec stand directly under the Pod's name
`,
  ],
  [
    'a number among arguments',
    `pods:
  web:
    containers:
      app:
        image: nginx:1.29
        command: [sleep, 3600]
`,
    `pods.yaml:6:26: error: pods.web.containers.app.command[1]: Invalid value: 3600: must be a text
  6 |         command: [sleep, 3600]
    |                          ^^^^
  hint: put it in quotes: "3600"
`,
  ],
  [
    'a number as an env value of the list',
    `pods:
  web:
    containers:
      app:
        image: nginx:1.29
        env:
        - name: PORT
          value: 8080
`,
    `pods.yaml:8:18: error: pods.web.containers.app.env[0].value: Invalid value: 8080: must be a text
  8 |           value: 8080
    |                  ^^^^
  hint: put it in quotes: "8080"
`,
  ],
  [
    'an env variable without a value',
    `pods:
  web:
    containers:
      app:
        image: nginx:1.29
        env:
          TOKEN:
`,
    `pods.yaml:7:11: error: pods.web.containers.app.env.TOKEN: Required value
  7 |           TOKEN:
    |           ^^^^^
  hint: write "" for an empty text
`,
  ],
  [
    'an enum in the wrong case',
    `pods:
  web:
    restartPolicy: never
    containers: {app: {image: nginx}}
`,
    `pods.yaml:3:20: error: pods.web.restartPolicy: Unsupported value: "never": supported values: "Always", "OnFailure", "Never"
  3 |     restartPolicy: never
    |                    ^^^^^
  hint: did you mean Never?
`,
  ],
  [
    'a name with capitals',
    `pods:
  My_Web:
    containers: {app: {image: nginx}}
`,
    `pods.yaml:2:3: error: pods.My_Web: Invalid value: "My_Web": must be at most 253 lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit
  2 |   My_Web:
    |   ^^^^^^
  hint: did you mean my-web?
`,
  ],
  [
    'a port out of range, and ports in quotes',
    `pods:
  web:
    containers:
      app:
        image: nginx:1.29
        ports:
        - {containerPort: 80800}
        - {containerPort: "80"}
        - "8000-8010:80"
`,
    `pods.yaml:7:27: error: pods.web.containers.app.ports[0].containerPort: Invalid value: 80800: must be between 1 and 65535
  7 |         - {containerPort: 80800}
    |                           ^^^^^

pods.yaml:8:27: error: pods.web.containers.app.ports[1].containerPort: Invalid value: "80": must be a whole number
  8 |         - {containerPort: "80"}
    |                           ^^^^
  hint: write it without quotes: 80

pods.yaml:9:11: error: pods.web.containers.app.ports[2]: Invalid value: "8000-8010:80": must be one port, not a range
  9 |         - "8000-8010:80"
    |           ^^^^^^^^^^^^^^
  hint: write one entry for each port
`,
  ],
  [
    'a volume that is nowhere',
    `pods:
  web:
    containers:
      app: {image: nginx, volumeMounts: ["cahce:/var/cache", "src:/app"]}
    volumes: {cache: {}}
`,
    `pods.yaml:4:42: error: pods.web.containers.app.volumeMounts[0]: Not found: "cahce"
  4 |       app: {image: nginx, volumeMounts: ["cahce:/var/cache", "src:/app"]}
    |                                          ^^^^^^^^^^^^^^^^^^
  hint: did you mean cache?

pods.yaml:4:62: error: pods.web.containers.app.volumeMounts[1]: Not found: "src"
  4 |       app: {image: nginx, volumeMounts: ["cahce:/var/cache", "src:/app"]}
    |                                                              ^^^^^^^^^^
  hint: add src to the volumes of the Pod
`,
  ],
  [
    'a host path without ./',
    `pods:
  web:
    containers:
      app:
        image: nginx:1.29
        volumeMounts: ["src/app:/app"]
`,
    `pods.yaml:6:24: error: pods.web.containers.app.volumeMounts[0]: Not found: "src/app"
  6 |         volumeMounts: ["src/app:/app"]
    |                        ^^^^^^^^^^^^^^
  hint: a path of this machine begins with ./, ../, / or ~: ./src/app
`,
  ],
  [
    'two handlers in a probe, and none',
    `pods:
  web:
    containers:
      app:
        image: nginx:1.29
        livenessProbe:
          exec: {command: ["true"]}
          httpGet: {port: 80}
        readinessProbe: {periodSeconds: 5}
`,
    `pods.yaml:8:11: error: pods.web.containers.app.livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type
  8 |           httpGet: {port: 80}
    |           ^^^^^^^
  hint: keep exec or httpGet

pods.yaml:9:9: error: pods.web.containers.app.readinessProbe: Required value: must specify a handler type
  9 |         readinessProbe: {periodSeconds: 5}
    |         ^^^^^^^^^^^^^^
  hint: add one of exec, httpGet, tcpSocket and grpc
`,
  ],
  [
    'a restart policy of a container',
    `pods:
  web:
    initContainers:
      migrate: {image: shop/api, restartPolicy: on-failure}
    containers:
      app: {image: nginx, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [1]}}]}
`,
    `pods.yaml:4:49: error: pods.web.initContainers.migrate.restartPolicy: Unsupported value: "on-failure": supported values: "Always", "OnFailure", "Never"
  4 |       migrate: {image: shop/api, restartPolicy: on-failure}
    |                                                 ^^^^^^^^^^
  hint: did you mean OnFailure?

pods.yaml:6:7: error: pods.web.containers.app.restartPolicy: Required value: must be set when restartPolicyRules are
  6 |       app: {image: nginx, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [...
    |       ^^^
  hint: for example restartPolicy: Never
`,
  ],
  [
    'a probe of an init container that runs to its end',
    `pods:
  web:
    initContainers:
      - name: proxy
        image: envoy
        startupProbe: {tcpSocket: {port: 15021}}
    containers: {app: {image: nginx}}
`,
    `pods.yaml:6:9: error: pods.web.initContainers[0].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always
  6 |         startupProbe: {tcpSocket: {port: 15021}}
    |         ^^^^^^^^^^^^
  hint: add restartPolicy: Always to make it a sidecar, or remove this
`,
  ],
  [
    'hooks that cannot work',
    `pods:
  web:
    terminationGracePeriodSeconds: 10
    containers:
      app:
        image: nginx
        lifecycle:
          postStart: {tcpSocket: {port: 80}}
          preStop: {sleep: {seconds: 15}}
          stopSignal: usr1
      api:
        image: nginx
        lifecycle: {preStop: {}}
        preStop: {sleep: {seconds: 1}}
        stop_signal: SIGINT
`,
    `pods.yaml:8:23: error: pods.web.containers.app.lifecycle.postStart.tcpSocket: Forbidden: Kubernetes takes a tcpSocket here, but it never works
  8 |           postStart: {tcpSocket: {port: 80}}
    |                       ^^^^^^^^^
  hint: use exec, httpGet or sleep

pods.yaml:9:38: error: pods.web.containers.app.lifecycle.preStop.sleep.seconds: Invalid value: 15: must be at most the Pod's grace, which is 10
  9 |           preStop: {sleep: {seconds: 15}}
    |                                      ^^
  hint: sleep less, or raise terminationGracePeriodSeconds of the Pod

pods.yaml:10:23: error: pods.web.containers.app.lifecycle.stopSignal: Invalid value: "usr1": must be the name of a signal, such as SIGINT, SIGUSR1 or SIGRTMIN+3
  10 |           stopSignal: usr1
     |                       ^^^^
  hint: did you mean SIGUSR1?

pods.yaml:13:21: error: pods.web.containers.api.lifecycle.preStop: Required value: must specify a handler type
  13 |         lifecycle: {preStop: {}}
     |                     ^^^^^^^
  hint: add one of exec, httpGet and sleep

pods.yaml:14:9: error: pods.web.containers.api.preStop: unknown field "preStop"
  14 |         preStop: {sleep: {seconds: 1}}
     |         ^^^^^^^
  hint: preStop is a field of lifecycle: write it under lifecycle

pods.yaml:15:9: error: pods.web.containers.api.stop_signal: unknown field "stop_signal"
  15 |         stop_signal: SIGINT
     |         ^^^^^^^^^^^
  hint: stopSignal is a field of lifecycle: write it under lifecycle
`,
  ],
  [
    'an init container with the name of a container',
    `pods:
  web:
    initContainers:
      app: {image: shop/api}
    containers:
      app: {image: nginx}
`,
    `pods.yaml:4:7: error: pods.web.initContainers.app: Duplicate value: "app"
  4 |       app: {image: shop/api}
    |       ^^^
  hint: one of the Pod's containers is named "app"
`,
  ],
  [
    'one host port for two Pods',
    `pods:
  web:
    containers: {app: {image: nginx, ports: ["8080:80"]}}
  api:
    containers: {app: {image: api, ports: ["0.0.0.0:8080:3000"]}}
`,
    `pods.yaml:5:44: error: pods.api.containers.app.ports[0]: host port TCP/8080 is published by Pod web (line 3) and by Pod api (line 5)
  5 |     containers: {app: {image: api, ports: ["0.0.0.0:8080:3000"]}}
    |                                            ^^^^^^^^^^^^^^^^^^^
  hint: give one of them another host port
`,
  ],
  [
    'values out of bounds, and fields that one machine has no use for',
    `pods:
  web:
    affinity: {nodeAffinity: {}}
    dnsPolicy: None
    volumes:
      conf: {configMap: {name: app, defaultMode: 644}}
    containers:
      app:
        image: nginx:1.29
        envFile: [prod.env]
        env: {A: {valueFrom: {fieldRef: {fieldPath: status.podIp}}}}
        resources: {requests: {cpu: 2}, limits: {cpu: 500m, mem: 64Mi}}
secrets:
  db: {env: [PASSWORD]}
`,
    `pods.yaml:2:3: error: pods.web.dnsConfig: Required value: must provide \`dnsConfig\` when \`dnsPolicy\` is None
  2 |   web:
    |   ^^^
  hint: for example dnsConfig: {nameservers: [1.1.1.1]}

pods.yaml:6:50: error: pods.web.volumes.conf.configMap.defaultMode: Invalid value: 644: must be a number between 0 and 0777 (octal), both inclusive
  6 |       conf: {configMap: {name: app, defaultMode: 644}}
    |                                                  ^^^
  hint: write it with a leading 0: 0644

pods.yaml:10:19: error: pods.web.containers.app.envFile[0]: Invalid value: "prod.env": it was not read
  10 |         envFile: [prod.env]
     |                   ^^^^^^^^
  hint: it is looked for at /home/dev/shop/prod.env

pods.yaml:11:53: error: pods.web.containers.app.env.A.valueFrom.fieldRef.fieldPath: Unsupported value: "status.podIp": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs", "metadata.labels['<KEY>']", "metadata.annotations['<KEY>']"
  11 |         env: {A: {valueFrom: {fieldRef: {fieldPath: status.podIp}}}}
     |                                                     ^^^^^^^^^^^^
  hint: did you mean status.podIP?

pods.yaml:12:37: error: pods.web.containers.app.resources.requests.cpu: Invalid value: "2": must be less than or equal to cpu limit of 500m
  12 |         resources: {requests: {cpu: 2}, limits: {cpu: 500m, mem: 64Mi}}
     |                                     ^

pods.yaml:12:61: error: pods.web.containers.app.resources.limits.mem: Invalid value: "mem": must be a standard resource for containers
  12 |         resources: {requests: {cpu: 2}, limits: {cpu: 500m, mem: 64Mi}}
     |                                                             ^^^
  hint: cpu, memory, ephemeral-storage, or a name with a prefix such as example.com/gpu

pods.yaml:14:14: error: secrets.db.env[0]: variable PASSWORD is not set
  14 |   db: {env: [PASSWORD]}
     |              ^^^^^^^^
  hint: set it in the environment or in .env

pods.yaml:3:5: warning: pods.web.affinity: there is one node: it is not looked at
`,
  ],
  [
    'a Deployment of old whose selector misses its Pods',
    `apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: wbe}}
    containers: [{name: app, image: nginx:1.29}]
    spec: {containers: [{name: app, image: nginx:1.29}], restartPolicy: Never}
`,
    `pods.yaml:1:13: error: apiVersion: no matches for kind "Deployment" in version "extensions/v1beta1"
  1 | apiVersion: extensions/v1beta1
    |             ^^^^^^^^^^^^^^^^^^
  hint: write apiVersion: apps/v1

pods.yaml:7:16: error: spec.template.metadata.labels: Invalid value: {"app":"wbe"}: \`selector\` does not match template \`labels\`
  7 |     metadata: {labels: {app: wbe}}
    |                ^^^^^^
  hint: the selector asks for app: web

pods.yaml:8:5: error: spec.template.containers: unknown field "containers"
  8 |     containers: [{name: app, image: nginx:1.29}]
    |     ^^^^^^^^^^
  hint: containers belongs under spec

pods.yaml:9:73: error: spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"
  9 |     spec: {containers: [{name: app, image: nginx:1.29}], restartPolicy: Never}
    |                                                                         ^^^^^
  hint: Pods that run to their end are a Job
`,
  ],
  [
    'a Pod field beside spec',
    `apiVersion: v1
kind: Pod
metadata: {name: web}
restartPolicy: Never
spec:
  containers: [{name: app, image: nginx}]
`,
    `pods.yaml:4:1: error: restartPolicy: unknown field "restartPolicy"
  4 | restartPolicy: Never
    | ^^^^^^^^^^^^^
  hint: restartPolicy belongs under spec
`,
  ],
  [
    'a container name twice',
    `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: app, image: nginx}
  - {name: app, image: envoy}
`,
    `pods.yaml:7:12: error: spec.containers[1].name: Duplicate value: "app"
  7 |   - {name: app, image: envoy}
    |            ^^^
  hint: another one is named "app" above
`,
  ],
  [
    'the same Pod in two documents',
    `pods:
  web: {containers: {app: {image: nginx}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: app, image: nginx}]}
`,
    `pods.yaml:6:18: error: metadata.name: Duplicate value: Pod default/web is already at pods.yaml:2 (pods.web)
  6 | metadata: {name: web}
    |                  ^^^
  hint: rename one of them
`,
  ],
  [
    'a tab',
    `pods:
	web: {}
`,
    `pods.yaml:2:1: error: a tab cannot indent YAML
  2 | 	web: {}
    | ^
  hint: use spaces
`,
  ],
  [
    'a lost colon',
    `pods:
  web
    containers: {}
`,
    `pods.yaml:2:3: error: a key needs a colon behind it
  2 |   web
    |   ^^^
  hint: write web:
`,
  ],
  [
    'an indent that differs',
    `pods:
  web:
    containers: {a: {image: x}}
   labels: {}
`,
    `pods.yaml:4:1: error: not valid YAML: All mapping items must start at the same column
  4 |    labels: {}
    | ^
  hint: line up the keys of a map one below the other
`,
  ],
  [
    'a quote without end',
    `pods:
  web:
    hostname: "web
    containers: {app: {image: nginx}}
`,
    `pods.yaml:3:15: error: this quotation mark is never closed
  3 |     hostname: "web
    |               ^^^^
  hint: add the closing one
`,
  ],
  [
    'the same key twice',
    `pods:
  web:
    containers: {app: {image: nginx}}
    containers: {api: {image: nginx}}
`,
    `pods.yaml:4:5: error: the key containers stands here a second time
  4 |     containers: {api: {image: nginx}}
    |     ^^^^^^^^^^
  hint: keep one of them
`,
  ],
  [
    'a variable in braces without quotes',
    `pods:
  web: {hostname: \${NAME}, containers: {}}
`,
    `pods.yaml:2:20: error: not valid YAML: a { begins a map here
  2 |   web: {hostname: \${NAME}, containers: {}}
    |                    ^
  hint: put quotes around a \${VAR} that stands inside { } or [ ]
`,
  ],
  [
    'a long line',
    `pods: {web: {labels: {a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, b: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy}, hostname: A, containers: {app: {image: nginx}}}}
`,
    `pods.yaml:1:168: error: pods.web.hostname: Invalid value: "A": must be at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit
  1 | ...yyyyyyyyyyyy}, hostname: A, containers: {app: {image: nginx}}}}
    |                             ^
  hint: did you mean a?
`,
  ],
  [
    "compose's rules of develop.watch",
    `pods:
  web:
    containers:
      app:
        image: api
        develop: {watch: [{path: ./src, action: sync, target: /app}]}
        onChange:
          - {path: ./src, action: sync+restart, target: /app}
          - {paths: [src/], action: sink, target: /app}
          - {paths: [src/], action: sync}
          - {paths: [conf/], action: restart, target: app}
          - {paths: [package.json], action: rebuild}
`,
    `pods.yaml:6:9: error: pods.web.containers.app.develop: unknown field "develop"
  6 |         develop: {watch: [{path: ./src, action: sync, target: /app}]}
    |         ^^^^^^^
  hint: the short form has onChange, whose rules have paths, action and target

pods.yaml:8:14: error: pods.web.containers.app.onChange[0].path: unknown field "path"
  8 |           - {path: ./src, action: sync+restart, target: /app}
    |              ^^^^
  hint: did you mean paths?

pods.yaml:8:35: error: pods.web.containers.app.onChange[0].action: Unsupported value: "sync+restart": supported values: "sync", "restart", "rebuild"
  8 |           - {path: ./src, action: sync+restart, target: /app}
    |                                   ^^^^^^^^^^^^
  hint: for more than one of them write a rule for each

pods.yaml:9:37: error: pods.web.containers.app.onChange[1].action: Unsupported value: "sink": supported values: "sync", "restart", "rebuild"
  9 |           - {paths: [src/], action: sink, target: /app}
    |                                     ^^^^
  hint: for more than one of them write a rule for each

pods.yaml:10:14: error: pods.web.containers.app.onChange[2].target: Required value
  10 |           - {paths: [src/], action: sync}
     |              ^^^^^
  hint: for example target: /app

pods.yaml:11:47: error: pods.web.containers.app.onChange[3].target: Forbidden: only sync has a target
  11 |           - {paths: [conf/], action: restart, target: app}
     |                                               ^^^^^^
  hint: remove it

pods.yaml:12:45: error: pods.web.containers.app.onChange[4].action: Invalid value: "rebuild": the container has no build
  12 |           - {paths: [package.json], action: rebuild}
     |                                             ^^^^^^^
  hint: give it build:, or write restart
`,
  ],
];

test.each(MISTAKES)('%s', (_, text, seen) => {
  expect(renderedOf(text)).toBe(seen);
});
