import { describe, expect, test } from 'vitest'
import { checkFieldManager, checkManagedFields, managerOfAgent } from './manager-name.ts'

describe('the manager of a request', () => {
  test.each<[string, string, readonly string[]]>([
    ['a name', 'kubectl-client-side-apply', []],
    ['no name, for anything but apply', '', []],
    ['128 bytes', 'x'.repeat(128), []],
    ['129 bytes', 'x'.repeat(129), ['Too long: may not be more than 128 bytes']],
    ['bytes, not letters', 'é'.repeat(65), ['Too long: may not be more than 128 bytes']],
    ['letters of any script, and spaces', 'Größe 大 ✓', []],
    [
      'a letter that cannot be printed',
      'é\u0007',
      ['Invalid value: "é\\a": invalid character U+0007 (at position 2)'],
    ],
  ])('%s', (_name, manager, messages) => {
    expect(checkFieldManager(manager).map(({ message }) => message)).toEqual(messages)
  })

  test('apply needs one', () => {
    expect(checkFieldManager('', { isApply: true })).toMatchObject([
      { path: 'fieldManager', message: 'Required value: is required for apply patch' },
    ])
  })

  test.each([
    ['kubectl/v1.34.4 (linux/amd64) kubernetes/cfa47c3', 'kubectl'],
    ['curl/8.0', 'curl'],
    ['', ''],
    ['a\u0000b\tc', 'abc'],
    [`${'é'.repeat(70)}/1`, 'é'.repeat(64)],
  ])('when it has none, the program is: %j', (agent, manager) => {
    expect(managerOfAgent(agent)).toBe(manager)
  })
})

test('entries of managedFields are checked one by one', () => {
  const entries = [
    { manager: 'ann', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' },
    { operation: 'Update', fieldsType: 'FieldsV2' },
    { operation: 'Update', subresource: 'x'.repeat(257) },
    {},
  ] as const
  expect(checkManagedFields(entries).map(({ path, message }) => [path, message])).toEqual([
    ['metadata.managedFields[1].fieldsType', 'Invalid value: "FieldsV2": must be `FieldsV1`'],
    ['metadata.managedFields[2].subresource', 'Too long: may not be more than 256 bytes'],
    ['metadata.managedFields[3].operation', 'Invalid value: "": must be `Apply` or `Update`'],
  ])
})
