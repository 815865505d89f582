"""What an officer types to complete the report of the department, as people type: with dots, commas and parts."""

TYPED = {
    "HT.01-value": "15.240",
    "HT.03-numerator": "921",
    "HT.03-denominator": "956",
    "HT.05-value": "98.300",
    "HT.06-value": "2.105",
    "DL.02-value": "72,9",
    "DL.03-numerator": "18",
    "DL.03-denominator": "25",
    "NT.02-value": "12",
    "NT.03-value": "3",
    "NT.04-value": "6",
    "XH.01-numerator": "412.600",
    "XH.01-denominator": "512.600",
    "TM.01-value": "Đã kết nối cáp quang đến 38/38 xã, phường.",
}
