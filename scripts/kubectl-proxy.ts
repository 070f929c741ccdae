/** `KUBECTL` names the kubectl command, words parted by spaces; default `kubectl`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { textOf } from '../src/base/fields.ts'

/** Calls `use` with the address of a server that answers for the cluster of `KUBECONFIG`. */
export async function withKubectlProxy(use: (server: string) => Promise<void>): Promise<void> {
  const [program = 'kubectl', ...words] = (process.env['KUBECTL'] ?? 'kubectl').split(' ')
  const proxy = spawn(program, [...words, 'proxy', '--port=0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line]: readonly unknown[] = await once(createInterface(proxy.stdout), 'line')
    const address = /127\.0\.0\.1:\d+/.exec(textOf(line))?.[0]
    if (address === undefined) throw new Error(`kubectl proxy said: ${textOf(line)}`)
    await use(`http://${address}`)
  } finally {
    proxy.kill()
  }
}
