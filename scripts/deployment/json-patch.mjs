/** Carries out the operations of a JSON patch (RFC 6902) that the manifests use; throws where there is nothing at a path. */
export function applyPatch(target, operations) {
  for (const { op, path, value } of operations) {
    const steps = path.split('/').slice(1);
    const last = steps.pop();
    const holder = steps.reduce((node, step) => node?.[step], target);
    if (typeof holder !== 'object') throw new Error(`there is no ${path}`);
    if (op === 'add' && Array.isArray(holder)) holder.splice(last === '-' ? holder.length : Number(last), 0, value);
    else if (op === 'add') holder[last] = value;
    else if (holder[last] === undefined) throw new Error(`there is no ${path}`);
    else if (op === 'replace') holder[last] = value;
    else if (op === 'remove') delete holder[last];
    else throw new Error(`${op} is not known here`);
  }
}
