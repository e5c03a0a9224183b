export { marketingService } from './marketing-service.js';
