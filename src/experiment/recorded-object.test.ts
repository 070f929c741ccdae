import { expect, test } from 'vitest'
import { memoryFiles } from '../../tests/support/memory-files.ts'
import { readManifests } from '../manifest/manifest-reader.ts'
import { recordedObject } from './recorded-object.ts'

const TEXT = `apiVersion: v1
kind: Secret
metadata: { name: db, annotations: { last-applied: hunter2 } }
data: { user: aHVudGVyMg== }
stringData: { password: hunter2 }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { level: debug }
`

test('the recording has the names in a Secret without their values, and other objects as they are', async () => {
  const { objects, findings } = await readManifests(memoryFiles({ 'a.yaml': TEXT }), 'a.yaml')
  expect(findings).toEqual([])
  const [secret, map] = objects.map(recordedObject)
  expect(secret?.object).toMatchObject({
    metadata: { name: 'db' },
    data: { user: '', password: '' },
  })
  expect(JSON.stringify(secret)).not.toMatch(/hunter2|aHVudGVyMg/)
  expect(map).toBe(objects[1])
})
