"""What is shipped: products, items, shipments and parties, and the reader of BOM-JSON.

Knows the facts of product data and of a shipment, and what is missing from them. Knows no law: which
item is controlled, and which value decides, is not said here.
"""
