import { createServer, type Server } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openRealCluster } from '../support/real-cluster.ts'
import { startUp } from '../support/running-up.ts'
import { inTemporaryDirectory } from './run-hitless.ts'

/** A service on this machine's loopback that says who it is. */
async function serve(answer: string): Promise<number> {
  const server: Server = createServer((_request, response) => response.end(answer))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** Ends with 0 when the listed service answers and the other is out of reach. */
const CLIENT = `
const reach = (port) =>
  fetch('http://host.hitless.internal:' + port).then((answer) => answer.text(), () => 'refused')
const [, listed, other] = process.argv
const [seen, hidden] = await Promise.all([reach(listed), reach(other)])
console.log(seen, hidden)
process.exit(seen === 'the database' && hidden === 'refused' ? 0 : 1)
`

test('a pod reaches the services of the host that are listed, and no others', async () => {
  const [listed, other] = [await serve('the database'), await serve('nobody else')]
  await inTemporaryDirectory(async (directory) => {
    const command = [process.execPath, '--input-type=module', '-e', CLIENT, String(listed)]
    const image = { command: [...command, String(other)] }
    const settings = { images: { 'client:*': image }, hostServices: [listed] }
    writeFileSync(join(directory, 'hitless.yaml'), JSON.stringify(settings))
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'client' },
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'client', image: 'client:v1', imagePullPolicy: 'IfNotPresent' }],
      },
    }
    writeFileSync(join(directory, 'pod.json'), JSON.stringify(pod))
    const up = await startUp({ args: ['-f', directory] })
    onTestFinished(() => up.stop())
    const { client, close } = await openRealCluster(up.kubeconfig, 'hitless-test')
    onTestFinished(close)
    let phase: string | undefined
    for (let attempt = 0; attempt < 240 && !/Succeeded|Failed/.test(phase ?? ''); attempt++) {
      await sleep(250)
      phase = (await client.get('Pod', { namespace: 'default', name: 'client' })).status?.phase
    }
    expect(phase).toBe('Succeeded')
  })
})
