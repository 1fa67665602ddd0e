import { expect, test } from 'vitest';

import { parse, renderedOf } from '../parse.ts';

/** The commonest mistakes in Kubernetes objects, and all that their author sees of each. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  [
    'ports that are not indented far enough',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
  ports:
  - containerPort: 80
`,
    `pods.yaml:9:3: error: spec.ports: unknown field "ports"
  9 |   ports:
    |   ^^^^^
  hint: ports is a field of a container: write it under containers
`,
  ],
  [
    'ports that are indented too far',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    resources:
      limits: {cpu: 1}
      ports:
      - containerPort: 80
`,
    `pods.yaml:11:7: error: spec.containers[0].resources.ports: unknown field "ports"
  11 |       ports:
     |       ^^^^^
  hint: ports is a field of a container: write it beside image
`,
  ],
  [
    'ports that line up with nothing',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
     ports:
     - containerPort: 80
`,
    `pods.yaml:9:6: error: this line is indented deeper than the one above, which has a value of its own
  9 |      ports:
    |      ^^^^^
  hint: line up the keys of a map one below the other
`,
  ],
  [
    'a field in lower case',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    livenessprobe:
      httpGet: {path: /, port: 80}
`,
    `pods.yaml:9:5: error: spec.containers[0].livenessprobe: unknown field "livenessprobe"
  9 |     livenessprobe:
    |     ^^^^^^^^^^^^^
  hint: did you mean livenessProbe?
`,
  ],
  [
    'true in quotes',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    tty: "true"
`,
    `pods.yaml:9:10: error: spec.containers[0].tty: Invalid value: "true": must be true or false
  9 |     tty: "true"
    |          ^^^^^^
  hint: write true or false, without quotes
`,
  ],
  [
    'a tab in a container',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
	ports: []
`,
    `pods.yaml:9:1: error: a tab cannot indent YAML
  9 | 	ports: []
    | ^
  hint: use spaces
`,
  ],
  [
    'a colon without a space, in a map',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    workingDir:/srv
    tty: true
`,
    `pods.yaml:9:5: error: a colon needs a space behind it
  9 |     workingDir:/srv
    |     ^^^^^^^^^^^^^^^
  hint: write workingDir: /srv
`,
  ],
  [
    'a colon without a space, in a list',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    env:
    - name:PORT
      value: "80"
`,
    `pods.yaml:10:7: error: a colon needs a space behind it
  10 |     - name:PORT
     |       ^^^^^^^^^
  hint: write name: PORT
`,
  ],
  [
    "compose's words in a Kubernetes container",
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    environment: {A: b}
    depends_on: [db]
    restart: always
    healthcheck: {test: [CMD, true]}
    entrypoint: [a]
`,
    `pods.yaml:9:5: error: spec.containers[0].environment: unknown field "environment"
  9 |     environment: {A: b}
    |     ^^^^^^^^^^^
  hint: did you mean env?

pods.yaml:10:5: error: spec.containers[0].depends_on: unknown field "depends_on"
  10 |     depends_on: [db]
     |     ^^^^^^^^^^
  hint: the Pods of Kubernetes wait for nobody: the short form has dependsOn

pods.yaml:11:5: error: spec.containers[0].restart: unknown field "restart"
  11 |     restart: always
     |     ^^^^^^^
  hint: restartPolicy is a field of the Pod: write it beside containers

pods.yaml:12:5: error: spec.containers[0].healthcheck: unknown field "healthcheck"
  12 |     healthcheck: {test: [CMD, true]}
     |     ^^^^^^^^^^^
  hint: did you mean readinessProbe?

pods.yaml:13:5: error: spec.containers[0].entrypoint: unknown field "entrypoint"
  13 |     entrypoint: [a]
     |     ^^^^^^^^^^
  hint: did you mean command?
`,
  ],
  [
    'a compose file of an old version',
    `version: "3"
services:
  web:
    image: nginx
volumes:
  data: {}
`,
    `pods.yaml:2:1: error: services: this looks like a compose file: podrun reads Pods
  2 | services:
    | ^^^^^^^^
  hint: save it as compose.yaml; podrun init --from compose.yaml writes a pods.yaml from it, and lists what has no equal
`,
  ],
  [
    "compose's volumes in a container",
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    volumes: ["./src:/app"]
`,
    `pods.yaml:9:5: error: spec.containers[0].volumes: unknown field "volumes"
  9 |     volumes: ["./src:/app"]
    |     ^^^^^^^
  hint: did you mean volumeMounts? The volumes themselves stand in the Pod, beside containers
`,
  ],
  [
    "the short form's volumeMounts in a Kubernetes container",
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    volumeMounts: ["data:/var/lib/data"]
`,
    `pods.yaml:9:20: error: spec.containers[0].volumeMounts[0]: Invalid value: "data:/var/lib/data": must be a map
  9 |     volumeMounts: ["data:/var/lib/data"]
    |                    ^^^^^^^^^^^^^^^^^^^^
  hint: write {name: data, mountPath: /var/lib/data}, with data among the Pod's volumes
`,
  ],
  [
    "the short form's ports in a Kubernetes container",
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    ports: ["8080:80"]
`,
    `pods.yaml:9:13: error: spec.containers[0].ports[0]: Invalid value: "8080:80": must be a map
  9 |     ports: ["8080:80"]
    |             ^^^^^^^^^
  hint: write {containerPort: 80, hostPort: 8080}
`,
  ],
  [
    'replicas of a Pod',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  replicas: 3
  containers:
  - name: app
    image: nginx:1.29
`,
    `pods.yaml:6:3: error: spec.replicas: unknown field "replicas"
  6 |   replicas: 3
    |   ^^^^^^^^
  hint: a Pod is one: a Deployment has replicas
`,
  ],
  [
    'amounts that are no quantities',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    resources:
      limits: {memory: 512mb, cpu: 0.5 cores}
      requests: {memory: 64M i, cpu: [1]}
`,
    `pods.yaml:10:24: error: spec.containers[0].resources.limits.memory: Invalid value: "512mb": must be a quantity
  10 |       limits: {memory: 512mb, cpu: 0.5 cores}
     |                        ^^^^^
  hint: did you mean 512Mi?

pods.yaml:10:36: error: spec.containers[0].resources.limits.cpu: Invalid value: "0.5 cores": must be a quantity
  10 |       limits: {memory: 512mb, cpu: 0.5 cores}
     |                                    ^^^^^^^^^
  hint: did you mean 0.5?

pods.yaml:11:26: error: spec.containers[0].resources.requests.memory: Invalid value: "64M i": must be a quantity
  11 |       requests: {memory: 64M i, cpu: [1]}
     |                          ^^^^^
  hint: did you mean 64Mi?

pods.yaml:11:33: error: spec.containers[0].resources.requests.cpu: Invalid value: must be a text or a number
  11 |       requests: {memory: 64M i, cpu: [1]}
     |                                 ^^^
`,
  ],
  [
    'ports in quotes',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    ports:
    - containerPort: "80"
    readinessProbe:
      httpGet: {path: /, port: "80"}
`,
    `pods.yaml:10:22: error: spec.containers[0].ports[0].containerPort: Invalid value: "80": must be a whole number
  10 |     - containerPort: "80"
     |                      ^^^^
  hint: write it without quotes: 80

pods.yaml:12:32: error: spec.containers[0].readinessProbe.httpGet.port: Invalid value: "80": must be a port number without quotes, or a port name with at least one letter
  12 |       httpGet: {path: /, port: "80"}
     |                                ^^^^
`,
  ],
  [
    'names in capitals',
    `apiVersion: v1
kind: Pod
metadata:
  name: My_Web
spec:
  containers:
  - name: App
    image: nginx:1.29
`,
    `pods.yaml:4:9: error: metadata.name: Invalid value: "My_Web": must be at most 253 lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit
  4 |   name: My_Web
    |         ^^^^^^
  hint: did you mean my-web?

pods.yaml:7:11: error: spec.containers[0].name: Invalid value: "App": must be at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit
  7 |   - name: App
    |           ^^^
  hint: did you mean app?
`,
  ],
  [
    'a container without an image, and one with a misspelt one',
    `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: app
    imagee: nginx
  - name: db
`,
    `pods.yaml:7:5: error: spec.containers[0].imagee: unknown field "imagee"
  7 |     imagee: nginx
    |     ^^^^^^
  hint: did you mean image?

pods.yaml:8:5: error: spec.containers[1].image: Required value
  8 |   - name: db
    |     ^^^^
  hint: for example image: nginx:1.29
`,
  ],
  [
    "the short form's containers in a Kubernetes Pod",
    `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    app:
      image: nginx
`,
    `pods.yaml:5:3: error: spec.containers: Invalid value: must be a list
  5 |   containers:
    |   ^^^^^^^^^^
  hint: write a list: - name: app, with its fields below name
`,
  ],
  [
    'a container without its dash',
    `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    name: app
    image: nginx
`,
    `pods.yaml:5:3: error: spec.containers: Invalid value: must be a list
  5 |   containers:
    |   ^^^^^^^^^^
  hint: write a dash before the first line of each member: - name: app
`,
  ],
  [
    "the short form's env in a Kubernetes container",
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    env:
      PORT: "80"
`,
    `pods.yaml:9:5: error: spec.containers[0].env: Invalid value: must be a list
  9 |     env:
    |     ^^^
  hint: write a list: - {name: PORT, value: "80"}
`,
  ],
  [
    'values of variables that are no texts',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    env:
    - {name: PORT, value: 8080}
    - {name: DEBUG, value: true}
    - {name: COUNTRY, value: no}
`,
    `pods.yaml:10:27: error: spec.containers[0].env[0].value: Invalid value: 8080: must be a text
  10 |     - {name: PORT, value: 8080}
     |                           ^^^^
  hint: put it in quotes: "8080"

pods.yaml:11:28: error: spec.containers[0].env[1].value: Invalid value: true: must be a text
  11 |     - {name: DEBUG, value: true}
     |                            ^^^^
  hint: put it in quotes: "true"

pods.yaml:12:30: error: spec.containers[0].env[2].value: Invalid value: false: must be a text
  12 |     - {name: COUNTRY, value: no}
     |                              ^^
  hint: put it in quotes: "no"
`,
  ],
  [
    'a command as one text',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    command: npm run dev
    args: --port 80
`,
    `pods.yaml:9:14: error: spec.containers[0].command: Invalid value: "npm run dev": must be a list
  9 |     command: npm run dev
    |              ^^^^^^^^^^^
  hint: write a list: [npm, run, dev]

pods.yaml:10:11: error: spec.containers[0].args: Invalid value: "--port 80": must be a list
  10 |     args: --port 80
     |           ^^^^^^^^^
  hint: write a list: ["--port", "80"]
`,
  ],
  [
    'a probe without a handler, with two, and with the fields of one',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    readinessProbe: {periodSeconds: 5}
    livenessProbe:
      httpGet: {port: 80}
      tcpSocket: {port: 80}
    startupProbe:
      path: /
      port: 80
`,
    `pods.yaml:9:5: error: spec.containers[0].readinessProbe: Required value: must specify a handler type
  9 |     readinessProbe: {periodSeconds: 5}
    |     ^^^^^^^^^^^^^^
  hint: add one of exec, httpGet, tcpSocket and grpc

pods.yaml:12:7: error: spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type
  12 |       tcpSocket: {port: 80}
     |       ^^^^^^^^^
  hint: keep httpGet or tcpSocket

pods.yaml:13:5: error: spec.containers[0].startupProbe: Required value: must specify a handler type
  13 |     startupProbe:
     |     ^^^^^^^^^^^^
  hint: add one of exec, httpGet, tcpSocket and grpc

pods.yaml:14:7: error: spec.containers[0].startupProbe.path: unknown field "path"
  14 |       path: /
     |       ^^^^
  hint: path is a field of a handler: write it under httpGet

pods.yaml:15:7: error: spec.containers[0].startupProbe.port: unknown field "port"
  15 |       port: 80
     |       ^^^^
  hint: port is a field of a handler: write it under httpGet
`,
  ],
  [
    'a mount without its volume, and one without a path',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  volumes:
  - {name: data, emptyDir: {}}
  containers:
  - name: app
    image: nginx:1.29
    volumeMounts:
    - {name: dta, mountPath: /data}
    - {name: cache}
`,
    `pods.yaml:12:14: error: spec.containers[0].volumeMounts[0].name: Not found: "dta"
  12 |     - {name: dta, mountPath: /data}
     |              ^^^
  hint: did you mean data?

pods.yaml:13:8: error: spec.containers[0].volumeMounts[1].mountPath: Required value
  13 |     - {name: cache}
     |        ^^^^
  hint: for example mountPath: /data
`,
  ],
  [
    'volumes of no type, of two, and as texts',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  volumes:
  - name: a
    emptydir: {}
  - name: b
    configMap: {name: x}
    secret: {secretName: tls}
  - name: c
    hostPath: /srv
  - name: d
    persistentVolumeClaim: data
  containers:
  - name: app
    image: nginx:1.29
`,
    `pods.yaml:8:5: error: spec.volumes[0].emptydir: unknown field "emptydir"
  8 |     emptydir: {}
    |     ^^^^^^^^
  hint: did you mean emptyDir?

pods.yaml:11:5: error: spec.volumes[1].secret: Forbidden: may not specify more than 1 volume type
  11 |     secret: {secretName: tls}
     |     ^^^^^^
  hint: keep configMap or secret

pods.yaml:13:15: error: spec.volumes[2].hostPath: Invalid value: "/srv": must be a map
  13 |     hostPath: /srv
     |               ^^^^
  hint: write {path: /srv}

pods.yaml:15:28: error: spec.volumes[3].persistentVolumeClaim: Invalid value: "data": must be a map
  15 |     persistentVolumeClaim: data
     |                            ^^^^
  hint: write {claimName: data}
`,
  ],
  [
    'an apiVersion that is no more',
    `apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: web}
spec:
  replicas: "2"
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: app, image: nginx}]
`,
    `pods.yaml:1:13: error: apiVersion: no matches for kind "Deployment" in version "extensions/v1beta1"
  1 | apiVersion: extensions/v1beta1
    |             ^^^^^^^^^^^^^^^^^^
  hint: write apiVersion: apps/v1

pods.yaml:4:1: error: spec.selector: Required value
  4 | spec:
    | ^^^^
  hint: for example selector: {matchLabels: {app: web}}

pods.yaml:5:13: error: spec.replicas: Invalid value: "2": must be a whole number
  5 |   replicas: "2"
    |             ^^^
  hint: write it without quotes: 2
`,
  ],
  [
    'no kind',
    `apiVersion: v1
metadata: {name: web}
spec:
  containers: [{name: app, image: nginx}]
`,
    `pods.yaml:1:1: error: kind: Required value
  1 | apiVersion: v1
    | ^^^^^^^^^^
  hint: for example kind: Pod
`,
  ],
  [
    'no apiVersion',
    `kind: Pod
metadata: {name: web}
spec:
  containers: [{name: app, image: nginx}]
`,
    `pods.yaml:1:1: error: apiVersion: Required value
  1 | kind: Pod
    | ^^^^
  hint: for example apiVersion: v1
`,
  ],
  [
    'a kind in the wrong group, a misspelt one, one in lower case',
    `apiVersion: v1
kind: Deployment
metadata: {name: web}
---
apiVersion: apps/v1
kind: Deploymnet
metadata: {name: web}
---
apiVersion: v1
kind: pod
metadata: {name: web}
`,
    `pods.yaml:1:1: error: spec: Required value
  1 | apiVersion: v1
    | ^^^^^^^^^^

pods.yaml:1:13: error: apiVersion: no matches for kind "Deployment" in version "v1"
  1 | apiVersion: v1
    |             ^^
  hint: write apiVersion: apps/v1

pods.yaml:6:7: error: kind: no matches for kind "Deploymnet" in version "apps/v1"
  6 | kind: Deploymnet
    |       ^^^^^^^^^^
  hint: did you mean Deployment?

pods.yaml:10:7: error: kind: no matches for kind "pod" in version "v1"
  10 | kind: pod
     |       ^^^
  hint: did you mean Pod?
`,
  ],
  [
    'no name',
    `apiVersion: v1
kind: Pod
metadata: {labels: {app: web}}
spec:
  containers: [{name: app, image: nginx}]
`,
    `pods.yaml:3:1: error: metadata.name: Required value
  3 | metadata: {labels: {app: web}}
    | ^^^^^^^^
  hint: for example name: web
`,
  ],
  [
    'a template',
    `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Values.name }}
spec:
  containers: [{name: app, image: "{{ .Values.image }}"}]
`,
    `pods.yaml:4:10: error: a {{ }} is filled in before YAML is read
  4 |   name: {{ .Values.name }}
    |          ^^^^^^^^^^^^^^^^
  hint: render the template first
`,
  ],
  [
    'policies in the wrong case',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  restartPolicy: never
  dnsPolicy: default
  containers:
  - name: app
    image: nginx:1.29
    imagePullPolicy: always
    ports:
    - {containerPort: 80, protocol: tcp}
`,
    `pods.yaml:6:18: error: spec.restartPolicy: Unsupported value: "never": supported values: "Always", "OnFailure", "Never"
  6 |   restartPolicy: never
    |                  ^^^^^
  hint: did you mean Never?

pods.yaml:7:14: error: spec.dnsPolicy: Unsupported value: "default": supported values: "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"
  7 |   dnsPolicy: default
    |              ^^^^^^^
  hint: did you mean Default?

pods.yaml:11:22: error: spec.containers[0].imagePullPolicy: Unsupported value: "always": supported values: "Always", "IfNotPresent", "Never"
  11 |     imagePullPolicy: always
     |                      ^^^^^^
  hint: did you mean Always?

pods.yaml:13:37: error: spec.containers[0].ports[0].protocol: Unsupported value: "tcp": supported values: "TCP", "UDP", "SCTP"
  13 |     - {containerPort: 80, protocol: tcp}
     |                                     ^^^
  hint: did you mean TCP?
`,
  ],
  [
    "a Pod's fields in a container, and a container's in the Pod",
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  image: nginx
  command: [a]
  labels: {a: b}
  containers:
  - name: app
    image: nginx:1.29
    restartPolicy: Never
    hostNetwork: true
`,
    `pods.yaml:6:3: error: spec.image: unknown field "image"
  6 |   image: nginx
    |   ^^^^^
  hint: image is a field of a container: write it under containers

pods.yaml:7:3: error: spec.command: unknown field "command"
  7 |   command: [a]
    |   ^^^^^^^
  hint: command is a field of a container: write it under containers

pods.yaml:8:3: error: spec.labels: unknown field "labels"
  8 |   labels: {a: b}
    |   ^^^^^^
  hint: labels belongs under metadata

pods.yaml:13:5: error: spec.containers[0].hostNetwork: unknown field "hostNetwork"
  13 |     hostNetwork: true
     |     ^^^^^^^^^^^
  hint: hostNetwork is a field of the Pod: write it beside containers
`,
  ],
  [
    'labels that are no texts',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {version: 1.10, on: yes}
spec:
  containers:
  - name: app
    image: nginx:1.29
`,
    `pods.yaml:5:21: error: metadata.labels.version: Invalid value: 1.1: must be a text
  5 |   labels: {version: 1.10, on: yes}
    |                     ^^^^
  hint: put it in quotes: "1.10"

pods.yaml:5:27: warning: YAML reads the key on as true, and so does a cluster
  5 |   labels: {version: 1.10, on: yes}
    |                           ^^
  hint: put it in quotes: "on"

pods.yaml:5:31: error: metadata.labels.true: Invalid value: true: must be a text
  5 |   labels: {version: 1.10, on: yes}
    |                               ^^^
  hint: put it in quotes: "yes"
`,
  ],
  [
    'a colon in a value',
    `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.29
    workingDir: a: b
`,
    `pods.yaml:9:17: error: a colon and a space stand in this value, which makes it a key
  9 |     workingDir: a: b
    |                 ^^^^
  hint: put quotes around the whole value
`,
  ],
];

test.each(MISTAKES)('%s', (_, text, seen) => {
  expect(renderedOf(text)).toBe(seen);
});

test.each([
  ['metadata: {name: a, restartPolicy: Never}', 'restartPolicy belongs under spec, not metadata'],
  [
    'metadata: {name: a, terminationGracePeriodSeconds: 5}',
    'terminationGracePeriodSeconds belongs under spec, not metadata',
  ],
  ['metadata: {name: a, image: x}', 'image is a field of a container: write it under containers'],
  ['metadata: {name: a, lables: {}}', 'did you mean labels?'],
  ['metadata: {name: a, deletionSeconds: 5}', undefined],
  ['restartPolicy: Never', 'restartPolicy belongs under spec'],
  ['labels: {}', 'labels is a field of metadata: write it under metadata'],
])('at an object, %s is told its place, or a word that is close', (field, hint) => {
  const meta = field.startsWith('metadata') ? '' : 'metadata: {name: a}\n';
  const text = `apiVersion: v1\nkind: Pod\n${meta}${field}\nspec: {containers: [{name: c, image: x}]}\n`;
  expect(parse(text).diagnostics.map((each) => each.hint)).toEqual([hint]);
});

test.each([
  ['runAsUser: 1', 'runAsUser is a field of securityContext: write it under securityContext'],
  ['emptyDir: {}', 'emptyDir is a field of volumes: write it under volumes'],
  ['mountPath: /x', 'mountPath belongs under volumeMounts of a container'],
  ['containerPort: 80', 'containerPort belongs under ports of a container'],
  ['restartPolice: Never', 'did you mean restartPolicy?'],
])('in the spec of a Pod, %s', (field, hint) => {
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {${field}, containers: [{name: c, image: x}]}\n`;
  expect(parse(text).diagnostics.map((each) => each.hint)).toEqual([hint]);
});

const IN_CONTAINER: readonly (readonly [string, string])[] = [
  ['containerPort: 80', 'containerPort is a field of ports: write it under ports'],
  ['mountPath: /a', 'mountPath is a field of volumeMounts: write it under volumeMounts'],
  ['limits: {}', 'limits is a field of resources: write it under resources'],
  ['initialDelaySeconds: 3', 'initialDelaySeconds belongs under livenessProbe, readinessProbe or startupProbe'],
  [
    'terminationGracePeriodSeconds: 3',
    'terminationGracePeriodSeconds is a field of the Pod: write it beside containers',
  ],
  ['hostNetwork: true', 'hostNetwork is a field of the Pod: write it beside containers'],
  ['prots: []', 'did you mean ports?'],
];

test.each(IN_CONTAINER)('in a container of either dialect, %s', (field, hint) => {
  const own = `image: x, ${field}`;
  const texts = [
    `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, ${own}}]}\n`,
    `pods: {a: {containers: {c: {${own}}}}}\n`,
  ];
  for (const text of texts) expect(parse(text).diagnostics.map((each) => each.hint)).toEqual([hint]);
});
