import { CommandStreams } from '../process/command-streams.ts'
import { PortRefusedError, type OpenStreams, type StreamHandlers } from '../runtime.ts'
import { loopbackCommand, streamedExecCommand, type StreamedExec } from './container-commands.ts'
import type { Container, ContainerWorld } from './container.ts'

/** A command in a running container, over pipes or a terminal of its own. */
export function openExecStreams(
  world: ContainerWorld,
  container: Container,
  exec: StreamedExec & { readonly stdin: boolean },
  handlers: StreamHandlers,
): OpenStreams {
  const command = streamedExecCommand(world.tools, container.entered, exec)
  return new CommandStreams(world, { command, stdin: exec.stdin }, handlers)
}

/** A connection to a port that may listen on the loopback of a pod only. */
export async function openLoopbackStreams(
  world: ContainerWorld,
  { netns, port }: { readonly netns: string; readonly port: number },
  handlers: StreamHandlers,
): Promise<OpenStreams> {
  const { bash } = world.tools
  if (bash === undefined) {
    throw new PortRefusedError(`ports of a pod's own loopback cannot be reached without bash`)
  }
  const command = loopbackCommand(world.tools, bash, netns, port)
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>()
  let isOpen = false
  const streams = new CommandStreams(
    world,
    { command, stdin: true, onReport: (text) => text.startsWith('open') && open() },
    {
      onOutput: (stream, bytes) =>
        isOpen && stream === 'stdout' && handlers.onOutput(stream, bytes),
      onDrain: () => handlers.onDrain(),
      onEnd: () => {
        if (isOpen) handlers.onEnd({ exitCode: 0 })
        const reason = `dial tcp4 127.0.0.1:${port}: connect: connection refused`
        reject(
          new PortRefusedError(
            `failed to connect to localhost:${port} inside namespace "${netns}": ${reason}`,
          ),
        )
      },
    },
  )
  const open = () => {
    isOpen = true
    resolve()
  }
  await opened
  return streams
}
