/** Departments whose people reach customers, named like their services. */
export type TaskDepartment = 'sales' | 'service';
