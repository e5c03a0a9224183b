export { serviceService } from './service-service.js';
