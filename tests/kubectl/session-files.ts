import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSession, renderSession, type Session } from './session-text.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** The working directory of every command. */
export const MANIFESTS = join(HERE, 'manifests')

/** Where nodes are played, and where they run containers. */
export type SessionFolder = 'sessions' | 'node-sessions'

export function readSessions(folder: SessionFolder): Session[] {
  return globSync('*.txt', { cwd: join(HERE, folder) })
    .sort()
    .map((file) =>
      parseSession(basename(file, '.txt'), readFileSync(join(HERE, folder, file), 'utf8')),
    )
}

export function writeSession(folder: SessionFolder, session: Session): void {
  writeFileSync(join(HERE, folder, `${session.name}.txt`), renderSession(session))
}

/** Everything that a session gives to kubectl: what is in here is not volatile. */
export function inputsOf(session: Session): string {
  const files = globSync('**/*.*', { cwd: MANIFESTS })
  const commands = session.steps.map(({ command, stdin }) => `${command}\n${stdin}`)
  return [...commands, ...files.map((file) => readFileSync(join(MANIFESTS, file), 'utf8'))].join(
    '\n',
  )
}
