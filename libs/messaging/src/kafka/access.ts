import kafkajs, { type AclEntry, type Admin } from 'kafkajs';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const { TOPIC, GROUP, CLUSTER, ANY } = AclResourceTypes;
const { READ, WRITE, DESCRIBE, IDEMPOTENT_WRITE } = AclOperationTypes;
const { LITERAL, PREFIXED } = ResourcePatternTypes;

/** A service writes its own topic and no other, reads all of them, and has the groups under its name. */
export async function applyAccess(
  admin: Admin,
  services: readonly string[],
  topicOf: (service: string) => string,
  report: (line: string) => void,
): Promise<void> {
  const wanted = services.flatMap((service) => grantsOf(service, services, topicOf));
  const granted = await grantedNow(admin);
  const missing = wanted.filter((grant) => !granted.has(nameOf(grant)));
  if (missing.length > 0) await admin.createAcls({ acl: missing });
  for (const grant of missing) report(`granted: ${nameOf(grant)}`);
  if (missing.length === 0) report('access: as it should be');
}

function grantsOf(
  service: string,
  services: readonly string[],
  topicOf: (service: string) => string,
): readonly AclEntry[] {
  const grant = (
    resource: Pick<AclEntry, 'resourceType' | 'resourceName' | 'resourcePatternType'>,
    ...operations: readonly AclEntry['operation'][]
  ): readonly AclEntry[] =>
    operations.map((operation) => ({
      ...resource,
      operation,
      principal: `User:${service}`,
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
    }));
  const topic = (name: string) => ({ resourceType: TOPIC, resourceName: name, resourcePatternType: LITERAL });
  return [
    ...grant(topic(topicOf(service)), WRITE),
    ...grant({ resourceType: CLUSTER, resourceName: 'kafka-cluster', resourcePatternType: LITERAL }, IDEMPOTENT_WRITE),
    ...services.flatMap((other) => grant(topic(topicOf(other)), READ, DESCRIBE)),
    ...grant({ resourceType: GROUP, resourceName: `crm.${service}.`, resourcePatternType: PREFIXED }, READ, DESCRIBE),
  ];
}

async function grantedNow(admin: Admin): Promise<ReadonlySet<string>> {
  const { resources } = await admin.describeAcls({
    resourceType: ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ALLOW,
  });
  return new Set(resources.flatMap(({ acls, ...resource }) => acls.map((acl) => nameOf({ ...resource, ...acl }))));
}

function nameOf({ principal, operation, resourceType, resourceName, resourcePatternType, host }: AclEntry): string {
  const scope = resourcePatternType === PREFIXED ? `${resourceName}*` : resourceName;
  const from = host === '*' ? '' : ` from ${host}`;
  return `${principal} may ${keyOf(AclOperationTypes, operation)} ${keyOf(AclResourceTypes, resourceType)} ${scope}${from}`;
}

// At run time the client's enumerations are plain objects, which know no way back.
const keyOf = (enumeration: object, value: number): string =>
  Object.entries(enumeration).find(([, one]) => one === value)?.[0] ?? String(value);
