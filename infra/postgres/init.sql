-- One database for each service; on a shared server each also gets a role of its own.
CREATE DATABASE crm_customer_information;
CREATE DATABASE crm_marketing;
CREATE DATABASE crm_sales;
CREATE DATABASE crm_service;
CREATE DATABASE crm_analytics;
