export { salesService } from './sales-service.js';
