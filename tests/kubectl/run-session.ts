import { setTimeout as sleep } from 'node:timers/promises'
import { parseCommandLine, type KubectlCommand } from './command-line.ts'
import { maskCommand } from './mask-command.ts'
import type { Mask } from './mask.ts'
import { sortLines, startKubectl, type RunningKubectl } from './run-kubectl.ts'
import type { Printed, Session, Step } from './session-text.ts'

const SECONDS_BETWEEN_READS = 0.15
const SECONDS_TO_BEGIN = 1.5

export interface Kubectl {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
  /** Where the manifests are. */
  readonly cwd: string
}

/** Is the answer the final one, after these answers before it? */
export type IsSettled = (step: Step, answers: readonly Printed[]) => boolean

/** Runs the steps in their order and tells what each one printed, masked. */
export async function runSession(
  session: Session,
  kubectl: Kubectl,
  mask: Mask,
  isSettled: IsSettled,
): Promise<readonly Printed[]> {
  const all: Printed[] = []
  let background: RunningKubectl | undefined
  let known = mask
  try {
    for (const step of session.steps) all.push(await runStep(step))
  } finally {
    background?.interrupt()
  }
  return all

  async function runStep(step: Step): Promise<Printed> {
    const command = parseCommandLine(step.command)
    switch (command.kind) {
      case 'kubectl':
        if (!command.background) return readUntilSettled(step, command)
        background = startKubectl({ ...callOf(command, step), filters: command.filters })
        // One that has nothing to tell yet has had the time to begin.
        await Promise.race([background.started, sleep(SECONDS_TO_BEGIN * 1000)])
        return nothing()
      case 'stop':
        background?.interrupt()
        return maskPrinted((await background?.printed) ?? nothing(), known)
      case 'foreground':
        return maskPrinted((await background?.printed) ?? nothing(), known)
      case 'fetch':
        return maskPrinted(await fetchForwarded(background, command.path), known)
    }
  }

  async function readUntilSettled(step: Step, command: KubectlCommand): Promise<Printed> {
    const answers: Printed[] = []
    for (;;) {
      const learning = known.copy()
      const masked = maskPrinted(
        await startKubectl({ ...callOf(command, step), filters: command.filters }).printed,
        learning,
      )
      const sorted = command.filters.some(({ kind }) => kind === 'sort')
      const stdout = maskCommand(command.args, masked.stdout)
      answers.push({ ...masked, stdout: sorted ? sortLines(stdout) : stdout })
      if (!command.eventually || isSettled(step, answers)) {
        known = learning
        return answers.at(-1) ?? masked
      }
      await sleep(SECONDS_BETWEEN_READS * 1000)
    }
  }

  function callOf(command: KubectlCommand, step: Step) {
    return {
      kubectl: kubectl.path,
      args: command.args.map((word) => word.replaceAll('$HOME', kubectl.env['HOME'] ?? '')),
      env: { ...kubectl.env, ...command.env },
      cwd: kubectl.cwd,
      stdin: step.stdin,
    }
  }
}

function maskPrinted(printed: Printed, mask: Mask): Printed {
  return { ...printed, stdout: mask.apply(printed.stdout), stderr: mask.apply(printed.stderr) }
}

async function fetchForwarded(forwarder: RunningKubectl | undefined, path: string) {
  const port = /127\.0\.0\.1:(\d+)/.exec(forwarder?.output() ?? '')?.[1]
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { stdout: await response.text(), stderr: '', exitCode: response.ok ? 0 : 22 }
}

function nothing(): Printed {
  return { stdout: '', stderr: '', exitCode: 0 }
}
