/** Files with something of everything in them, all of it valid. */
export const SHORT_FORM = `name: shop
x-a: &a {LOG: debug}
pods:
  web:
    labels: {tier: front}
    containers:
      app:
        image: "shop/api:\${TAG:-dev}"
        env: {<<: *a, PORT: 8080}
        ports: ["8080:80", {containerPort: 90}]
        volumeMounts: ["./src:/app:ro", "cache:/var/cache"]
        readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 5}
        envFile: [a.env]
        envFrom: [{configMapRef: {name: app}}]
        resources: {limits: {cpu: 500m, memory: 64Mi}}
        securityContext: {runAsUser: 1, capabilities: {drop: [ALL]}}
        lifecycle: {postStart: {exec: {command: [a]}}, preStop: {sleep: {seconds: 5}}, stopSignal: SIGINT}
    initContainers:
      log: {image: x, restartPolicy: Always, startupProbe: {grpc: {port: 1}}}
    readinessGates: [{conditionType: warm}]
    dnsConfig: {nameservers: [1.1.1.1]}
    hostAliases: [{ip: 10.0.0.1, hostnames: [a]}]
    securityContext: {fsGroup: 1, sysctls: [{name: a.b, value: "1"}]}
    volumes:
      cache: {emptyDir: {medium: Memory, sizeLimit: 1Mi}}
      files: {projected: {sources: [{configMap: {name: app, items: [{key: a, path: b, mode: 0400}]}}]}}
      own: {downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.labels}}]}}
volumes: {data: {}}
configMaps: {app: {data: {a: b}, files: [a.env], env: [HOME]}}
secrets: {db: {env: {HOUSE: HOME}}}
`;

export const STREAM = `apiVersion: v1
kind: Pod
metadata: {name: db}
spec: {containers: [{name: a, image: x, command: [a], env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: a}}}]}]}
---
{apiVersion: v1, kind: Secret, metadata: {name: tls}, data: {a: b25l}, stringData: {b: c}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: nginx:1.29
        ports:
        - containerPort: 80
          name: http
        livenessProbe:
          httpGet: {path: /, port: http}
        volumeMounts:
        - name: data
          mountPath: /data
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: data}
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: web}
  spec: {selector: {app: web}, ports: [{port: 80}]}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: data}
  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
- apiVersion: batch/v1
  kind: Job
  metadata: {name: migrate}
  spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: x, command: [migrate]}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "0 4 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: a, image: x}]}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data:
  app.conf: |
    a = 1
    b: 2
  LOG: debug
binaryData: {logo: aGVsbG8=}
`;
