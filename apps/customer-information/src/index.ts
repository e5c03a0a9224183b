export { customerInformationService } from './customer-information-service.js';
