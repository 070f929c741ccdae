import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A small graceful HTTP server as a pod: the app, its manifests and its settings. */
export const SAMPLE: Readonly<Record<string, string>> = {
  'deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      terminationGracePeriodSeconds: 4
      containers:
        - name: web
          image: web:v1
          ports:
            - containerPort: 8080
          readinessProbe:
            httpGet: { path: /, port: 8080 }
            periodSeconds: 1
          lifecycle:
            preStop:
              sleep: { seconds: 2 }
`,
  'service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports:
    - port: 80
      targetPort: 8080
`,
  'server.mjs': `import http from 'node:http'
const server = http.createServer((request, response) => {
  response.setHeader('Connection', 'close')
  response.end('hello')
})
server.listen(8080)
process.on('SIGTERM', () => server.close(() => process.exit(0)))
`,
  'hitless.yaml': `images:
  "web:*": { command: [node, server.mjs] }
load:
  rate: 50/s
  lanes: { new: 1 }
path: none
baseline: 1s
settle: 1s
`,
}

/** Writes the sample with some files replaced (undefined leaves one out). */
export async function writeSample(
  directory: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  for (const [name, text] of Object.entries({ ...SAMPLE, ...changes })) {
    if (text === undefined) continue
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), text)
  }
}

/** The sample's file with one piece of text replaced; the piece must be there. */
export function edited(file: string, from: string, to: string): Readonly<Record<string, string>> {
  const text = SAMPLE[file]
  if (text === undefined || !text.includes(from)) throw new Error(`${file} has no «${from}»`)
  return { [file]: text.replace(from, to) }
}
