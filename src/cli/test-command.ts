import type { Command } from 'commander'
import { collect } from './collect.ts'
import { runAgainInside } from './engine/engine-process.ts'
import {
  RUNTIME_OPTION,
  chooseRuntime,
  liveRuntimeProbes,
  readRuntimeFlag,
} from './engine/runtime-choice.ts'
import type { runTest } from './test/test-run.ts'
import type { TestCommandFlags } from './test/test-options.ts'

/** Tells the inner process that it is the inner one: it finds itself in namespaces of its own. */
const INNER = 'HITLESS_IN_SANDBOX'

export function addTestCommand(program: Command, version: string): void {
  const command = program
    .command('test')
    .summary('prove that a rolling update drops no request')
    .description(
      'Applies the manifests to an embedded Kubernetes engine, sends load, makes the change, waits until ' +
        'the rollout is complete and the last old pod is gone, and judges what happened to each request.',
    )
    .argument('[path]', 'a file or directory of manifests, with hitless.yaml beside them', '.')
    .optionsGroup('The change:')
    .option(
      '--set-image <container=image>',
      'change this image; repeatable (default: a restart)',
      collect,
    )
    .option('--deployment <name>', 'the Deployment to change (default: the only one)')
    .optionsGroup('The load:')
    .option(
      '--target <service/name[:port]>',
      'where requests go (default: the only fitting Service)',
    )
    .option(
      '--request <request>',
      'what is requested, as "METHOD /path"; repeatable (default: "GET /")',
      collect,
    )
    .option('--rate <rate>', 'requests per second in all (default: 200/s)')
    .option('--lanes <shares>', 'new, reused and idle ones (default: new=0.2,reused=0.8)')
    .option('--connections <number>', 'connections of the reused lane (default: 16)')
    .option(
      '--connection-age <duration>',
      'replace a reused connection after this long (default: never)',
    )
    .option(
      '--request-timeout <duration>',
      'from the intended start to the last byte (default: 5s)',
    )
    .option('--connect-timeout <duration>', 'for a connection to be made (default: 2s)')
    .option('--success <statuses>', 'what counts as ok (default: 200-399)')
    .option('--request-id <header>', 'says which request it is; off (default: X-Request-Id)')
    .optionsGroup('The proof:')
    .option(
      '--path <profile>',
      'how endpoint changes propagate: none, kube-proxy (default: kube-proxy)',
    )
    .option('--expect-dropped <number>', 'drops that are still a proof (default: 0)')
    .option('--baseline <duration>', 'load before the change (default: 5s)')
    .option('--settle <duration>', 'load after the rollout (default: 3s)')
    .option('--timeout <duration>', 'end the whole run after this long (default: 5m)')
    .option(...RUNTIME_OPTION)
  addOutputOptions(command)
    .addHelpText('after', HELP)
    .action(async (path: string, flags: TestCommandFlags) => {
      process.exitCode =
        process.env[INNER] === undefined
          ? await runOutside(path, flags, version)
          : await runTestHere({ path, flags, version })
    })
}

function addOutputOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('--json <file>', 'write the verdict as JSON; - is stdout, and the rest stderr')
    .option('--output <directory>', 'where the recording goes (default: .hitless/runs/…)')
    .option('--no-color', 'no colours (also: NO_COLOR)')
}

/** In namespaces where that is what pods run in; else here. */
async function runOutside(path: string, flags: TestCommandFlags, version: string): Promise<number> {
  const probes = liveRuntimeProbes(async () => {
    const { mapsImages } = await import('./test/maps-images.ts')
    return mapsImages([path])
  })
  const runtime = await chooseRuntime(readRuntimeFlag(flags.runtime), probes)
  return runtime.kind === 'sandbox'
    ? runAgainInside(runtime.support, { env: { [INNER]: '1' } })
    : runTestHere({ path, flags, version, runtime })
}

/** The outer process loads nothing of the engine: it starts in half the time. */
async function runTestHere(...args: Parameters<typeof runTest>): Promise<number> {
  const run = await import('./test/test-run.ts')
  return run.runTest(...args)
}

/** Runs this same command again, in namespaces of its own. */
const HELP = `
Exit codes:
  0 proven    1 dropped    2 wrong usage or manifest    3 inconclusive    130 interrupted

Examples:
  hitless test examples/websample
  hitless test k8s/ --set-image web=web:v2 --rate 500/s
  hitless test k8s/ --path none --json verdict.json`
