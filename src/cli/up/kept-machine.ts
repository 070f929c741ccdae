import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isFields, textOf } from '../../base/fields.ts'
import { parseJson } from '../../base/parse-json.ts'
import type { ImageMapping, MachineSettings } from '../../manifest/settings.ts'
import { writePrivately } from '../engine/up-directory.ts'

/** What the last run of a data directory knew of its machine: the next one is to run the same pods. */
export interface KeptMachine {
  /** The Nodes that it ran. */
  readonly nodes: readonly string[]
  readonly settings: MachineSettings
  /** Where the settings were read, absolute. Empty: there were none. */
  readonly files: readonly string[]
}

const FILE = 'machine.json'

/** Undefined: there was no run, or what it kept is damaged. */
export async function readKeptMachine(directory: string): Promise<KeptMachine | undefined> {
  const text = await readFile(join(directory, FILE), 'utf8').catch(() => '')
  const value = parseJson(text)
  if (!isFields(value)) return undefined
  const { nodes, files, images, hostServices } = value
  if (!isList(nodes, isText) || !isList(files, isText)) return undefined
  if (!isList(images, isMapping) || !isList(hostServices, isPort)) return undefined
  return { nodes, files, settings: { images, hostServices } }
}

export async function keepMachine(
  directory: string,
  { nodes, files, settings }: KeptMachine,
): Promise<void> {
  const { images, hostServices } = settings
  const text = JSON.stringify({ nodes, files, images, hostServices }, undefined, 2)
  await writePrivately(join(directory, FILE), `${text}\n`)
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every((item) => isItem(item))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 65_535
}

function isMapping(value: unknown): value is ImageMapping {
  if (!isFields(value) || !isFields(value['env'])) return false
  const { pattern, command, env, workingDir, archive = '', root = '', stopSignal = '' } = value
  return (
    textOf(pattern) !== '' &&
    isList(command, isText) &&
    [workingDir, archive, root, stopSignal, ...Object.values(env)].every((text) => isText(text))
  )
}
