import { HitlessError } from '../base/error.ts'
import type { Finding } from '../base/finding.ts'
import { formatFactLine, parseFactLines } from '../timeline/fact-lines.ts'
import type { Fact } from '../timeline/fact.ts'
import { decodeLedger } from '../timeline/ledger.ts'
import type { Recording, RunDescription } from '../verdict/recording.ts'
import type { Appender, Files } from '../world/files.ts'

/**
 * A recording on disk: `run.json` (what was set out to be done), `facts.jsonl` (one fact a line)
 * and `requests.bin` (the ledger). Facts and requests are appended as they happen, so that a
 * run that was cut off can still be read.
 */
export interface RecordingWriter {
  fact(fact: Fact): void
  requests(records: Uint8Array): void
  describe(run: RunDescription): Promise<void>
  close(): Promise<void>
}

export async function openRecording(files: Files, directory: string): Promise<RecordingWriter> {
  try {
    await files.makeDirectory(directory)
    const facts = files.openAppend(`${directory}/facts.jsonl`)
    const requests = files.openAppend(`${directory}/requests.bin`)
    return writerOf(files, directory, facts, requests)
  } catch (error) {
    throw unwritable(directory, error)
  }
}

function writerOf(
  files: Files,
  directory: string,
  facts: Appender,
  requests: Appender,
): RecordingWriter {
  return {
    fact: (fact) => facts.append(`${formatFactLine(fact)}\n`),
    requests: (records) => requests.append(records),
    describe: (run) =>
      files.writeText(`${directory}/run.json`, `${JSON.stringify(run, undefined, 2)}\n`),
    async close() {
      try {
        await Promise.all([facts.close(), requests.close()])
      } catch (error) {
        throw unwritable(directory, error)
      }
    },
  }
}

/** Reads a recording; a last fact or record that was cut short is left out. */
export async function readRecording(files: Files, directory: string): Promise<Recording> {
  if ((await files.kindOf(`${directory}/run.json`)) !== 'file') {
    throw new HitlessError('no-recording', `${directory} holds no recording (no run.json)`, {
      exitCode: 2,
      hint: 'Name the directory that a run printed as its Recording, such as .hitless/runs/….',
    })
  }
  const run = parseRun(await files.readText(`${directory}/run.json`), directory)
  const factsPath = `${directory}/facts.jsonl`
  const { facts, findings } = parseFactLines(await files.readText(factsPath), factsPath)
  const damage = findings.filter(({ severity }) => severity === 'error')
  if (damage.length > 0) throw damaged(directory, damage)
  const requests = decodeLedger(await files.readBytes(`${directory}/requests.bin`))
  return { run, facts, requests: requests.sort((a, b) => a.sequence - b.sequence) }
}

function parseRun(text: string, directory: string): RunDescription {
  try {
    const run: unknown = JSON.parse(text)
    if (isRunDescription(run)) return run
  } catch {
    // Told below, together with a wrong version.
  }
  throw new HitlessError('bad-recording', `${directory}/run.json is not of a version known here`, {
    exitCode: 2,
    hint: 'Judge it with the version of hitless that wrote it, or a newer one.',
  })
}

/** Only hitless writes these files: the version says what the rest is. */
function isRunDescription(run: unknown): run is RunDescription {
  return (
    typeof run === 'object' && run !== null && 'schemaVersion' in run && run.schemaVersion === 1
  )
}

function damaged(directory: string, findings: readonly Finding[]): HitlessError {
  return new HitlessError('bad-recording', `${directory} is damaged and cannot be judged`, {
    exitCode: 2,
    findings,
  })
}

function unwritable(directory: string, cause: unknown): HitlessError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new HitlessError('recording-unwritable', `cannot write the recording: ${reason}`, {
    exitCode: 3,
    hint: `Make ${directory} writable, or choose another place with --output DIR.`,
    cause,
  })
}
