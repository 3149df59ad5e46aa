"""Weather and air: models, profiles of devices, VN_AQI, risk of heavy rain."""
